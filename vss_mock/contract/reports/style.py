"""How the page looks: one style sheet, for light and dark, screens of any width, and paper.

Every pair of colours that text is read in has a contrast of at least 4.5 to 1.
"""

from typing import Final

LIGHT: Final = {
    "page": "#f5f6f8",
    "card": "#ffffff",
    "ink": "#1b2027",
    "quiet": "#55606c",
    "line": "#d6dbe1",
    "code": "#eef1f4",
    "link": "#0b4f9e",
    "kept": "#0f6a2c",
    "kept-back": "#dff4e4",
    "broken": "#a80f24",
    "broken-back": "#fde4e6",
    "unseen": "#6b5200",
    "unseen-back": "#fcf0c8",
}
DARK: Final = {
    "page": "#0e1217",
    "card": "#171d24",
    "ink": "#e7ebf0",
    "quiet": "#a3afbb",
    "line": "#323b46",
    "code": "#0e1319",
    "link": "#8fc4ff",
    "kept": "#7fe0a1",
    "kept-back": "#12301d",
    "broken": "#ffa3aa",
    "broken-back": "#411a1f",
    "unseen": "#f2d480",
    "unseen-back": "#382e0e",
}


def _colours(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())


RULES: Final = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main,header>div,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
h1,h2,h3,h4,p,ul,ol,dl,dd,pre,table{margin:0;padding:0}
h1{font-size:1rem;font-weight:600;color:var(--quiet)}
h2{font-size:1.35rem;line-height:1.3;margin-bottom:.35rem}
h3{font-size:1.08rem;line-height:1.35}
h4{font-size:.95rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);
outline-offset:2px;border-radius:4px}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.86em}
code{overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--code);padding:.55rem .75rem;
border-radius:6px;border:1px solid var(--line)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem}
header{background:var(--card);border-bottom:1px solid var(--line);padding:2rem 0 1.25rem}
header .verdict{font-size:clamp(1.7rem,5vw,2.7rem);font-weight:700;line-height:1.15;
letter-spacing:-.015em;margin:.3rem 0 .4rem}
header.is-kept{border-top:6px solid var(--kept)}
header.is-broken{border-top:6px solid var(--broken)}
header.is-unseen{border-top:6px solid var(--unseen)}
.is-kept .verdict{color:var(--kept)}.is-broken .verdict{color:var(--broken)}
.is-unseen .verdict{color:var(--unseen)}
.quiet{color:var(--quiet)}
.small{font-size:.9rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin-top:1.2rem}
section{margin:2rem 0}
section>p.quiet{margin-bottom:.9rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem}
.card+.card{margin-top:1rem}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1rem;list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:.8rem 1.1rem;border-left:5px solid var(--line)}
.tiles .number{display:block;font-size:2.1rem;font-weight:700;line-height:1.15;
font-variant-numeric:tabular-nums}
.tiles .kept{border-left-color:var(--kept)}.tiles .broken{border-left-color:var(--broken)}
.tiles .unseen{border-left-color:var(--unseen)}
.tiles .kept .number{color:var(--kept)}.tiles .broken .number{color:var(--broken)}
.tiles .unseen .number{color:var(--unseen)}
.bar{display:block;width:100%;height:.8rem;border-radius:.4rem;margin-top:1rem;
background:var(--line)}
rect.kept{fill:var(--kept)}rect.broken{fill:var(--broken)}rect.unseen{fill:var(--unseen)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.7rem 1.5rem}
.facts div{min-width:0}
dt{font-size:.82rem;color:var(--quiet)}
dd{overflow-wrap:anywhere}
.repeat{margin-top:1rem}
.badge{display:inline-block;font-size:.8rem;line-height:1.45;padding:.05rem .55rem;
border-radius:1rem;border:1px solid var(--line);color:var(--quiet);white-space:nowrap}
.badge.kept{color:var(--kept);background:var(--kept-back);border-color:transparent}
.badge.broken{color:var(--broken);background:var(--broken-back);border-color:transparent}
.badge.unseen{color:var(--unseen);background:var(--unseen-back);border-color:transparent}
.badge.known{color:var(--ink);border-color:var(--quiet)}
.rule{border-left:5px solid var(--broken)}
.rule.warning{border-left-color:var(--unseen)}
.meta{display:flex;flex-wrap:wrap;gap:.25rem .7rem;align-items:baseline;color:var(--quiet);
font-size:.9rem;margin-top:.3rem}
.finding{margin-top:1rem}
.finding+.finding{border-top:1px solid var(--line);padding-top:1rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.8rem;margin-top:.5rem}
.pair div{min-width:0}
.pair pre{margin-top:.15rem}
.pair .expected pre{border-left:4px solid var(--kept)}
.pair .got pre{border-left:4px solid var(--broken)}
details>summary{cursor:pointer;padding:.2rem 0}
.finding details{margin-top:.7rem}
.finding summary{color:var(--link);font-weight:600;font-size:.93rem}
.walk{padding-left:1.7rem;margin-top:.4rem}
.walk li{margin-top:.75rem}
.walk li::marker{color:var(--quiet);font-variant-numeric:tabular-nums}
.walk pre{margin-top:.25rem}
.walk .answer{background:none;border-style:dashed}
.again{margin-top:.9rem}
.halves{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.halves .card{margin:0;min-width:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.4rem}
th,td{padding:.35rem .6rem;text-align:left;vertical-align:baseline;
border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
thead th{font-size:.84rem;color:var(--quiet);font-weight:600}
tbody th{font-weight:500}
.number-cell{text-align:right}
.matrix{font-size:.88rem}
.matrix thead th,.matrix td{text-align:center;padding:.3rem .35rem}
.matrix thead th:first-child{text-align:left}
.matrix tbody th{position:sticky;left:0;background:var(--card);min-width:16rem;padding-right:1rem}
.matrix tbody th code{display:block;color:var(--quiet);font-size:.8em;overflow-wrap:break-word}
.matrix td span{display:block;border-radius:5px;padding:.1rem .3rem;line-height:1.35}
.matrix .hit span{color:var(--kept);background:var(--kept-back)}
.matrix .miss span{color:var(--unseen);background:var(--unseen-back);
border:1px dashed var(--unseen)}
.matrix .odd span{color:var(--broken);background:var(--broken-back);
border:1px solid var(--broken)}
.matrix small{display:block;font-size:.78em}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;margin:.4rem 0 .9rem;
font-size:.9rem}
.suite>summary{font-weight:600}
.suite>summary h3{display:inline}
.suite>summary .quiet{font-weight:400}
.rules{list-style:none;margin-top:.6rem}
.rules li{display:grid;grid-template-columns:8.2rem 1fr;gap:.2rem .8rem;padding:.55rem 0;
border-top:1px solid var(--line)}
.rules li>div{min-width:0}
.rules .meta{margin-top:.1rem}
.left{padding-left:1.3rem}
footer{padding-top:.5rem;padding-bottom:3rem;color:var(--quiet);font-size:.88rem}
@media (max-width:46rem){
main,header>div,footer{padding-left:1rem;padding-right:1rem}
.tiles{grid-template-columns:1fr 1fr;gap:.6rem}
.tiles li{padding:.6rem .8rem}
.pair,.halves{grid-template-columns:1fr}
.facts{grid-template-columns:1fr 1fr}
.card{padding:.9rem}
.rules li{grid-template-columns:1fr}
.matrix tbody th{min-width:9.5rem;max-width:9.5rem}
}
@media print{
body{background:none}
nav,.skip{display:none}
.tiles li,.finding,tr{break-inside:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}
}
"""

SHEET: Final = (
    f":root{{color-scheme:light dark;{_colours(LIGHT)}}}"
    f"@media (prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}"
    f"{RULES}"
)
