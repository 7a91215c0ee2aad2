import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

# The first and the last three signs of each word of a name, accents and case aside: what two spellings of one company
# nearly always share. Every step is immutable, so an index can stand on it and needs nobody to keep it up.
KEYS = r"""
CREATE FUNCTION partner_name_keys(name text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT key), '{}') FROM (
        SELECT unnest(ARRAY['<' || left(word, 3), right(word, 3) || '>']) AS key
          FROM regexp_split_to_table(
            regexp_replace(
              normalize(
                regexp_replace(
                  translate(
                    replace(replace(replace(lower(normalize(name, NFKD)), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
                    'øłđðħı''', 'olddhi'),
                  '[\u0300-\u036f’‘`´ʼ]', '', 'g'),
                NFC),
              '株式会社|有限会社|合同会社|주식회사|유한회사|股份有限公司|有限公司|有限責任公司|有限责任公司', ' ', 'g'),
            '[\s!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+') AS word
         WHERE word <> ''
    ) keys
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0003_sync_runs'),
    ]

    operations = [
        migrations.RunSQL(KEYS, "DROP FUNCTION partner_name_keys(text)"),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('name'), function='partner_name_keys'), name='account_by_name_keys'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.Func(django.db.models.functions.text.Lower('email'), models.Value('@'), 2, function='split_part'), name='contact_by_mail_domain'),
        ),
    ]
