import django.contrib.postgres.indexes
import django.contrib.postgres.search
import mail.models.incoming
import mail.models.outgoing
from django.db import migrations, models


# Every address of three lists of people in lower case, and "@domain" of each.
RECIPIENTS = """
CREATE FUNCTION mail_recipients(wrote_to jsonb, copied jsonb, hidden jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT words.word), '{}')
    FROM jsonb_array_elements(wrote_to || copied || hidden) AS person,
         LATERAL (VALUES (lower(person ->> 'address')),
                         ('@' || split_part(lower(person ->> 'address'), '@', -1))) AS words (word)
    WHERE words.word IS NOT NULL
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0003_mail_server'),
    ]

    operations = [
        migrations.RunSQL(RECIPIENTS, "DROP FUNCTION mail_recipients(jsonb, jsonb, jsonb)"),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(mail.models.incoming.SenderDomain(), models.OrderBy(models.F('received'), descending=True), name='incoming_domain_idx'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(condition=models.Q(('handled_ref', ''), _negated=True), fields=['handled_ref', '-received'], name='incoming_ref_idx'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('subject', config='simple'), name='incoming_subject_idx'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('token_key', ''), _negated=True), fields=['token_key', '-created'], name='outgoing_key_idx'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('in_reply_to', ''), _negated=True), fields=['in_reply_to'], name='outgoing_answer_idx'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=django.contrib.postgres.indexes.GinIndex(mail.models.outgoing.Recipients(), name='outgoing_recipients_idx'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('subject', config='simple'), name='outgoing_subject_idx'),
        ),
    ]
