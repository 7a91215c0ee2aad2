from django.test import Client
def test_x(cast, handbook):
    c=Client(); c.force_login(cast.nadia)
    for q in ("", "?country=US&subdivision=PA", "?country=US&subdivision=WY","?country=DE", "?about=opportunity&segment=Large-x", f"?account={cast.northwind.pk}"):
        r=c.get("/routing/"+q)
        assert r.status_code==200
        open(f"/tmp/page{len(q)}.html","wb").write(r.content)
