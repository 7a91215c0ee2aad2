import time, random
from datetime import date
from tests.routing.test_audit import *
def test_x(handbook):
    random.seed(1)
    managers=list(ChannelManager.objects.all())
    states=list(__import__("routing.places",fromlist=["x"]).states().values())
    C=["US"]*4+["DE","FR","Germany","UK","Japan","Nigeria","ES","Canada","Brazil","IN"]
    rows=[]
    for n in range(50000):
        m=random.choice(managers+[None]); c=random.choice(C)
        rows.append(Account(name=f"Big partner {n}", salesforce_id=f"001{n:012d}AAA", country=c, subdivision=random.choice(states) if c=="US" else random.choice(["","X"]), postal_code=f"{random.randint(10000,99999)}" , track=random.choice(["Open","Select","Technology",""]), public_sector=random.choice([True,False,False,None]), channel_manager=m, owner_id="005" if m else "", contracted_territories=[]))
    Account.objects.bulk_create(rows, batch_size=5000)
    PartnerRule.objects.bulk_create([PartnerRule(table=["named","us_pubsec","gsi","alliance"][n%4],partner_name=f"Big partner {n}",folded=f"big partner {n}",account=rows[n],result=managers[n%5].name,manager=managers[n%5],valid_from=date(2022,2,1)) for n in range(2000)])
    KeyRule.objects.bulk_create([KeyRule(table=["segment","territory"][n%2],key=f"Large-AMER-{n}",folded=f"large-amer-{n}",result=managers[n%5].name,manager=managers[n%5],valid_from=date(2022,2,1)) for n in range(3000)])
    Opportunity.objects.bulk_create([Opportunity(name=f"o{n}",salesforce_id=f"006{n:012d}AAA",account=rows[random.randint(0,49999)],segment=f"Large-AMER-{random.randint(0,3300)}",territory="",stage="4-Proposal") for n in range(20000)], batch_size=5000)
    from django.db import connection
    with connection.cursor() as c: c.execute("ANALYZE")
    import cProfile, pstats
    for i in range(3):
        if i!=1: book.forget()
        t=time.perf_counter(); a=audit.read(ON); print("read", time.perf_counter()-t, len(a.findings), len(a.accounts), len(a.deals))
    t=time.perf_counter(); audit.coverage(ON); print("coverage", time.perf_counter()-t)
    p=cProfile.Profile(); p.enable(); audit.read(ON); p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(35)
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as q: audit.read(ON)
    for x in q: print(x["time"], x["sql"][:200])
    s=[x.slug for x in a.findings if x.kind=="owner"][0]
    t=time.perf_counter(); print(len(list(members.partners_of(a,s)))); print("members", time.perf_counter()-t)
    assert 0
