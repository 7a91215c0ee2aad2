"""The organisation that the sandbox plays: its objects and fields, by the names that contract §7 expects."""

from __future__ import annotations

from sandbox.salesforce.schema import Field, SObject, choice, external, fixed, flag, long_text, once, ref, text, typed

SYSTEM = (
    fixed(typed("IsDeleted", "Deleted", "boolean")),
    fixed(typed("CreatedDate", "Created Date", "datetime")),
    fixed(ref("CreatedById", "Created By ID", "User")),
    fixed(typed("LastModifiedDate", "Last Modified Date", "datetime")),
    fixed(ref("LastModifiedById", "Last Modified By ID", "User")),
    fixed(typed("SystemModstamp", "System Modstamp", "datetime")),
)
TERRITORIES = (
    "Australia", "Austria", "Belgium", "Brazil", "Canada", "Côte d'Ivoire", "Denmark", "Finland", "France", "Germany",
    "India", "Ireland", "Italy", "Japan", "Luxembourg", "Mali", "Mexico", "Netherlands", "New Zealand", "Norway",
    "Poland", "Portugal", "Senegal", "Singapore", "South Korea", "Spain", "Sweden", "Switzerland", "Taiwan",
    "United Kingdom", "United States", "US Public Sector",
)  # fmt: skip
YES_NO = ("Yes", "No")
STAGES = (
    "0-Pending Acceptance", "1-Discovery", "2-Scoping", "3-Technical Evaluation", "4-Proposal", "5-Negotiating",
    "6-Awaiting Signature", "7-Closing", "Closed Won", "8-Closed Lost", "9-Unqualified",
)  # fmt: skip


def sobject(name: str, label: str, plural: str, prefix: str, *fields: Field) -> SObject:
    identity = fixed(Field(name="Id", label="Record ID", type="id", length=18))
    return SObject(name=name, label=label, plural=plural, prefix=prefix, fields=(identity, *fields, *SYSTEM))


USER = sobject(
    "User", "User", "Users", "005",
    text("Username", "Username", 80, required=True),
    fixed(text("Name", "Full Name", 121)),
    text("FirstName", "First Name", 40),
    text("LastName", "Last Name", 80, required=True),
    typed("Email", "Email", "email", required=True),
    text("Title", "Title", 80),
    flag("IsActive", "Active", default=True),
)  # fmt: skip

ACCOUNT = sobject(
    "Account", "Account", "Accounts", "001",
    text("Name", "Account Name", required=True),
    choice("Type", "Type", "Prospect", "Customer", "Former Customer", "Partner", restricted=False),
    ref("OwnerId", "Owner ID", "User"),
    ref("ParentId", "Parent Account ID", "Account"),
    fixed(ref("MasterRecordId", "Master Record ID", "Account")),
    choice(
        "Partners_Partner_Status__c", "Partner Status",
        "Authorized", "Prospect", "Pending", "NDA", "Denied", "Former",
    ),
    choice("Partners_Partner_Type__c", "Partner Type", "Channel", "Alliance", "GSI"),
    choice("Partner_Track__c", "Partner Track", "Open", "Select", "Technology", "US PubSec", "GSI", "Alliance"),
    choice("Public_Sector_Partner__c", "Public Sector Partner", *YES_NO),
    Field(
        name="Contracted_Territories__c", label="Contracted Territories", type="multipicklist", length=4099,
        values=TERRITORIES, restricted=True,
    ),
    typed("Partners_Signed_Contract_Date__c", "Signed Contract Date", "date"),
    typed("Website", "Website", "url"),
    typed("Phone", "Account Phone", "phone"),
    text("Industry", "Industry", 40),
    text("BillingStreet", "Billing Street"),
    text("BillingCity", "Billing City", 40),
    text("BillingState", "Billing State/Province", 80),
    text("BillingPostalCode", "Billing Zip/Postal Code", 20),
    text("BillingCountry", "Billing Country", 80),
    long_text("Description", "Account Description"),
    external("Partner_Portal_Id__c", "Partner Portal Id", unique=False),
    text("Partner_Account_IBAN_Number__c", "Partner Account IBAN Number", 34),
    text("Partner_VAT_Tax_ID__c", "Partner VAT/Tax ID", 40),
)  # fmt: skip

CONTACT = sobject(
    "Contact", "Contact", "Contacts", "003",
    ref("AccountId", "Account ID", "Account"),
    fixed(text("Name", "Full Name", 121)),
    text("FirstName", "First Name", 40),
    text("LastName", "Last Name", 80, required=True),
    typed("Email", "Email", "email"),
    text("Title", "Title", 128),
    typed("Phone", "Business Phone", "phone"),
    flag("Active__c", "Active", default=True),
    ref("OwnerId", "Owner ID", "User"),
    fixed(ref("MasterRecordId", "Master Record ID", "Contact")),
)  # fmt: skip

OPPORTUNITY = sobject(
    "Opportunity", "Opportunity", "Opportunities", "006",
    text("Name", "Name", 120, required=True),
    text("Opportunity_Number__c", "Opportunity Number", 30),
    ref("AccountId", "Account ID", "Account"),
    ref("OwnerId", "Owner ID", "User"),
    choice("StageName", "Stage", *STAGES, default="1-Discovery"),
    typed("CloseDate", "Close Date", "date", required=True),
    typed("Amount", "Amount", "currency"),
    ref("ImpartnerPRM__PartnerAccount__c", "Partner Account", "Account"),
    text("Owner_Segment_Geo_Region_Area__c", "[Deprecated] Owner Segment-Geo-Region-Area"),
    text("Stamped_Account_Sales_Territory__c", "Stamped Account Sales Territory"),
    ref("ISR__c", "ISR", "User"),
    ref("Channel_Manager__c", "Channel Manager", "User"),
    flag("Public_Sector_Opp__c", "Public Sector Opp"),
    ref("Distributor__c", "Distributor", "Account"),
    typed("Net_ARR__c", "Net ARR", "currency"),
    fixed(flag("IsClosed", "Closed")),
    fixed(flag("IsWon", "Won")),
)  # fmt: skip

QUOTE = sobject(
    "Quote", "Quote", "Quotes", "0Q0",
    text("Name", "Quote Name", required=True),
    fixed(text("QuoteNumber", "Quote Number", 30)),
    ref("OpportunityId", "Opportunity ID", "Opportunity", required=True),
    choice("Status", "Status", "Draft", "In Review", "Approved", "Presented", "Accepted", "Denied", default="Draft"),
    typed("ExpirationDate", "Expiration Date", "date"),
    typed("GrandTotal", "Grand Total", "currency"),
)  # fmt: skip

REGISTRATION = sobject(
    "VartopiaDRS__Registration__c", "Registration", "Registrations", "a0R",
    text("Name", "Registration Name", 80),
    external("VartopiaDRS__Vendor_Deal_ID__c", "Vendor Deal ID", unique=False),
    choice(
        "VartopiaDRS__Status__c", "Status",
        "Submitted", "Approved", "Denied", "Returned", "Closed-Won", "Closed-Lost", "Expired", default="Submitted",
    ),
    choice("VartopiaDRS__Picklist_1__c", "Registration Type", "Resale", "Referral", "MSP", "Service Attach"),
    ref("VartopiaDRS__Opportunity__c", "Linked Opportunity", "Opportunity"),
    ref("VartopiaDRS__Partner_Account__c", "Partner Account", "Account"),
    text("VartopiaDRS__Customer_Name__c", "Customer Name"),
    ref("Channel_Manager__c", "Channel Manager", "User"),
    typed("VartopiaDRS__Approved_Date__c", "Approved Date", "date"),
    ref("OwnerId", "Owner ID", "User"),
)  # fmt: skip

INVOICE = sobject(
    "Invoice__c", "Invoice", "Invoices", "a0I",
    text("Name", "Invoice Number", 80),
    ref("Account__c", "Account", "Account"),
    ref("Opportunity__c", "Opportunity", "Opportunity"),
    typed("Invoice_Date__c", "Invoice Date", "date"),
    typed("Due_Date__c", "Due Date", "date"),
    typed("Amount__c", "Amount", "currency"),
    choice("Status__c", "Status", "Draft", "Posted", "Paid", "Overdue", "Void"),
    ref("OwnerId", "Owner ID", "User"),
)  # fmt: skip

CASE = sobject(
    "Case", "Case", "Cases", "500",
    fixed(text("CaseNumber", "Case Number", 30)),
    choice("Type", "Case Type", "Legal Request", "Question", "Problem"),
    text("Subject", "Subject"),
    long_text("Description", "Description"),
    choice("Status", "Status", "New", "Working", "Closed", default="New"),
    fixed(typed("IsClosed", "Closed", "boolean")),
    choice("Origin", "Case Origin", "Email", "Web", "Phone", restricted=False),
    ref("AccountId", "Account ID", "Account"),
    ref("ContactId", "Contact ID", "Contact"),
    ref("OwnerId", "Owner ID", "User"),
    external("PHD_Request_Id__c", "PHD Request Id", unique=True),
)  # fmt: skip

CERTIFICATION = sobject(
    "Certification__c", "Certification", "Certifications", "a0C",
    text("Name", "Certification Name", 80),
    text("Title__c", "Title"),
    ref("Account__c", "Account", "Account"),
    ref("Contact__c", "Contact", "Contact"),
    typed("Passed__c", "Passed", "date"),
    typed("Expires__c", "Expires", "date"),
)  # fmt: skip

CONTENT_DOCUMENT = sobject(
    "ContentDocument", "Content Document", "Content Documents", "069",
    text("Title", "Title", required=True),
    fixed(ref("LatestPublishedVersionId", "Latest Published Version ID", "ContentVersion")),
    fixed(text("FileExtension", "File Extension", 40)),
    fixed(text("FileType", "File Type", 20)),
    fixed(typed("ContentSize", "Size", "int")),
    ref("OwnerId", "Owner ID", "User"),
)  # fmt: skip

CONTENT_VERSION = sobject(
    "ContentVersion", "Content Version", "Content Versions", "068",
    once(ref("ContentDocumentId", "ContentDocument ID", "ContentDocument")),
    text("Title", "Title"),
    once(text("PathOnClient", "Path On Client", 500, required=True)),
    once(Field(name="VersionData", label="Version Data", type="base64", filter=False, required=True)),
    once(Field(name="FirstPublishLocationId", label="First Publish Location ID", type="reference", length=18)),
    fixed(text("Checksum", "Checksum", 50)),
    fixed(typed("ContentSize", "Size", "int")),
    fixed(text("FileExtension", "File Extension", 40)),
    fixed(text("FileType", "File Type", 20)),
    fixed(text("VersionNumber", "Version Number", 20)),
    fixed(flag("IsLatest", "Is Latest")),
    long_text("Description", "Description"),
    ref("OwnerId", "Owner ID", "User"),
)  # fmt: skip

CONTENT_DOCUMENT_LINK = sobject(
    "ContentDocumentLink", "Content Document Link", "Content Document Links", "06A",
    once(ref("ContentDocumentId", "ContentDocument ID", "ContentDocument", required=True)),
    once(Field(name="LinkedEntityId", label="Linked Entity ID", type="reference", length=18, required=True)),
    choice("ShareType", "Share Type", "V", "C", "I", default="V"),
    choice("Visibility", "Visibility", "AllUsers", "InternalUsers", "SharedUsers", default="AllUsers"),
)  # fmt: skip

FEED_ATTACHMENT = sobject(
    "FeedAttachment", "Feed Attachment", "Feed Attachments", "08U",
    once(ref("FeedEntityId", "Feed Entity ID", "FeedItem", required=True)),
    once(ref("RecordId", "Record ID", "ContentVersion")),
    choice("Type", "Type", "Content", "InlineImage", "Link", default="Content"),
    text("Title", "Title"),
)  # fmt: skip

FEED_ITEM = sobject(
    "FeedItem", "Feed Item", "Feed Items", "0D5",
    once(Field(name="ParentId", label="Parent ID", type="reference", length=18, required=True)),
    choice("Type", "Feed Item Type", "TextPost", "LinkPost", "ContentPost", default="TextPost"),
    long_text("Body", "Body"),
    fixed(typed("CommentCount", "Comment Count", "int")),
)  # fmt: skip

OBJECTS = {
    one.name: one
    for one in (
        ACCOUNT, CONTACT, OPPORTUNITY, REGISTRATION, INVOICE, CASE, CERTIFICATION, USER,
        CONTENT_DOCUMENT, CONTENT_VERSION, CONTENT_DOCUMENT_LINK, FEED_ITEM, FEED_ATTACHMENT, QUOTE,
    )
}  # fmt: skip
BY_NAME = {name.lower(): one for name, one in OBJECTS.items()}
BY_PREFIX = {one.prefix: one for one in OBJECTS.values()}


def find(name: str) -> SObject | None:
    """Names are not case-sensitive."""
    return BY_NAME.get(name.lower())
