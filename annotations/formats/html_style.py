"""The style sheet of an HTML handout: on screens, light and dark, narrow and wide; on paper."""

from __future__ import annotations

import hashlib
from base64 import b64encode

STYLE = """
:root { color-scheme: light dark; --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, "Liberation Serif", serif;
  --sans: system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --paper: light-dark(#fdfcf9, #17181a); --ink: light-dark(#1d1c1a, #e6e3dc); --dim: light-dark(#645f57, #a8a399); --line: light-dark(#d9d3c7, #3a3c40); --link: light-dark(#7a2e1d, #e79a83); }
.c1 { --c: light-dark(#0b62a0, #7cc0ee); } .c2 { --c: light-dark(#a24a06, #f0a86a); } .c3 { --c: light-dark(#2b691c, #8fcc78); } .c4 { --c: light-dark(#84357f, #dc9fd8); }
.c5 { --c: light-dark(#735900, #dcc25a); } .c6 { --c: light-dark(#a3273d, #f296a4); } .c7 { --c: light-dark(#006470, #5fc9d8); } .c8 { --c: light-dark(#50606b, #a9bac6); }
.s1 { --c2: light-dark(#0b62a0, #7cc0ee); } .s2 { --c2: light-dark(#a24a06, #f0a86a); } .s3 { --c2: light-dark(#2b691c, #8fcc78); } .s4 { --c2: light-dark(#84357f, #dc9fd8); }
.s5 { --c2: light-dark(#735900, #dcc25a); } .s6 { --c2: light-dark(#a3273d, #f296a4); } .s7 { --c2: light-dark(#006470, #5fc9d8); } .s8 { --c2: light-dark(#50606b, #a9bac6); }
.f1 { --f: solid; } .f2 { --f: dashed; } .f3 { --f: dotted; } .f4 { --f: double; } .f5 { --f: wavy; }
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1.0625rem/1.55 var(--serif); color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
h1, h2, h3, h4, p, ul, ol, dl, dd, blockquote, figure, pre { margin: 0; padding: 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .18em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
pre { overflow-x: auto; white-space: pre-wrap; font-size: .85em; }
.sheet-head { padding-bottom: 1.25rem; border-bottom: 1px solid var(--line); font: .875rem/1.5 var(--sans); }
.sheet-head h1 { margin-bottom: .35rem; font: 600 1.6rem/1.25 var(--serif); text-wrap: balance; }
.sheet-head > * + * { margin-top: .5rem; }
.sheet-head dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .9rem; }
.sheet-head dt, .dim { color: var(--dim); }
.description { white-space: pre-line; }
.key { margin-top: 1rem; font: .8125rem/1.9 var(--sans); } .key > .theme { margin-right: .7rem; white-space: nowrap; }
.legend { margin-top: 2.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font: .8125rem/1.45 var(--sans); }
.legend h2 { font: 600 .8125rem/1.5 var(--sans); }
.legend ul { list-style: none; columns: 19rem; column-gap: 2rem; margin-top: .35rem; }
.legend li { break-inside: avoid; padding-bottom: .45rem; } .legend .l1 { padding-left: 1rem; } .legend .l2 { padding-left: 2rem; } .legend .l3 { padding-left: 3rem; }
.theme { font-weight: 600; color: var(--c); text-decoration: underline var(--f, solid) 2px var(--c); text-underline-offset: .2em; text-decoration-skip-ink: none; }
.theme:is(.f4, .f5) { text-decoration-thickness: 1.5px; }
.doc { margin-top: 2.75rem; }
.doc > .of { margin-bottom: 1rem; padding-bottom: .4rem; border-bottom: 2px solid var(--ink); font: .8125rem/1.5 var(--sans); color: var(--dim); }
.doc > h2 { margin-bottom: .2rem; font: 600 1.25rem/1.3 var(--serif); }
.row { display: grid; grid-template-columns: minmax(0, 36rem) minmax(0, 1fr); column-gap: 2rem; }
.main { position: relative; hyphens: auto; hyphenate-limit-chars: 7 3 3; text-wrap: pretty; }
.row + .row { margin-top: .85rem; } .row:has(h3.b, h4.b) { margin-top: 1.6rem; } .row:has(h2.b, h3.b, h4.b) + .row { margin-top: .35rem; }
.main :is(h2, h3, h4).b { font: italic 500 1.1rem/1.4 var(--serif); hyphens: manual; } .main h2.b { font: 600 1.45rem/1.28 var(--serif); }
.main .dateline { font-style: italic; text-align: right; } .main .dateline i { font-style: normal; } .main .right, .main .signature { text-align: right; } .main .centred { text-align: center; }
.main .italic { font-style: italic; } .main :is(.indented, .verse) { padding-left: 1.75rem; } .main .hanging { padding-left: 1.75rem; text-indent: -1.75rem; }
.main blockquote { padding-left: 1rem; border-left: 2px solid var(--line); } .main :is(blockquote, li, figure) > * + * { margin-top: .35rem; }
.main :is(ul, ol) { padding-left: 1.35rem; } .main li + li { margin-top: .3rem; } .main li:has(> p > .label) { list-style: none; } .main li > p > .label { display: inline-block; min-width: 1.6rem; margin-left: -1.6rem; }
.main figure { padding: .6rem .9rem; border: 1px solid var(--line); } .main .caption { font: .85rem/1.5 var(--sans); color: var(--dim); }
.main table { width: 100%; border-collapse: collapse; font-size: .92rem; line-height: 1.4; } .main :is(td, th) { padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); } .wide { overflow-x: auto; }
.attachment { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); } .kicker { font: .8125rem/1.5 var(--sans); color: var(--dim); }
.sc { font-variant-caps: small-caps; letter-spacing: .02em; } sup, sub { font-size: .7em; line-height: 0; }
.gap { font-style: italic; color: var(--dim); } .added { text-decoration: underline 1px; } .sic { text-decoration: underline wavy 1px var(--dim); }
.unclear::after { content: "?"; font-size: .7em; vertical-align: .4em; } .supplied::before { content: "⟨"; } .supplied::after { content: "⟩"; } .corr::before { content: "["; } .corr::after { content: "]"; }
.page { padding: 0 .35em; margin: 0 .2em; font: 500 .68rem/1.5 var(--sans); color: var(--dim); border: 1px solid var(--line); border-radius: 4px; white-space: nowrap; }
.call { padding: 0 .15em; font: 600 .66em/1 var(--sans); vertical-align: .5em; text-decoration: none; }
mark { --deep: 9%; color: inherit; padding-block: .08em; background: color-mix(in oklab, var(--c, var(--dim)) var(--deep), transparent); text-decoration: underline var(--f, solid) 2px var(--c, var(--dim)); text-underline-offset: .2em; text-decoration-skip-ink: none; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
mark:is(.f4, .f5) { text-decoration-thickness: 1.5px; } mark:not(.f1, .f2, .f3, .f4, .f5) { text-decoration-thickness: 1px; }
mark.d2 { --deep: 15%; } mark.d3 { --deep: 21%; } mark.d4 { --deep: 27%; }
mark:is(.g1, .g2, .g3, .g4, .g5) { border-bottom: 2px solid var(--c2); } mark.g2 { border-bottom-style: dashed; } mark.g3 { border-bottom-style: dotted; } mark.g4 { border-bottom: 4px double var(--c2); } mark.g5 { border-bottom: 3px groove var(--c2); } mark.m { border-top: 1px solid var(--dim); }
.n { margin: 0 .15em 0 .1em; padding: 0 .28em; font: 600 .64rem/1.45 var(--sans); font-style: normal; color: var(--paper); background: var(--ink); border-radius: 3px; text-decoration: none; vertical-align: .35em; white-space: nowrap; display: inline-block; text-indent: 0; }
.cards { font: .8125rem/1.45 var(--sans); } .cards.under { grid-column: 1 / -1; columns: 18rem; column-gap: 2rem; margin-top: .6rem; }
.card { break-inside: avoid; padding: .1rem 0 .5rem 2.1rem; position: relative; } .card > .n { position: absolute; left: 0; top: .25rem; margin: 0; vertical-align: 0; font-size: .7rem; }
.card .note > * + *, .reply > * + * { margin-top: .3rem; } .card :is(ul, ol) { padding-left: 1.1rem; } .card blockquote { padding-left: .6rem; border-left: 2px solid var(--line); }
.card .q { font: italic .875rem/1.4 var(--serif); color: var(--dim); } .meta { color: var(--dim); font-size: .75rem; } .meta a { color: inherit; } .said { font-weight: 600; }
.reply { margin-top: .35rem; padding-left: .6rem; border-left: 2px solid var(--line); }
.apparatus { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); max-width: 46rem; font-size: .92rem; line-height: 1.5; }
.apparatus h3 { margin-bottom: .5rem; font: 600 .8125rem/1.5 var(--sans); } .apparatus > ol { list-style: none; padding: 0; } .apparatus li.note { position: relative; padding: 0 0 .6rem 2.4rem; }
.apparatus .note > a.label { position: absolute; left: 0; min-width: 1.9rem; font: 600 .75rem/2 var(--sans); text-decoration: none; } .apparatus li.source { padding-left: 4rem; } .apparatus .cards { margin: .4rem 0; }
.cite { margin-top: 1.25rem; font: .8125rem/1.5 var(--sans); color: var(--dim); } .doc > .of + .cite { margin: 0 0 1rem; } .between { margin: .9rem 0; color: var(--dim); letter-spacing: .3em; }
@media (max-width: 799px) { body { padding: 1.25rem 1rem 3rem; } .row { display: block; } .cards, .cards.under { columns: auto; margin: .5rem 0 0; padding: .5rem 0 0 .75rem; border-left: 3px solid var(--line); } .sheet-head dl { display: block; } .sheet-head dd { margin-bottom: .3rem; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --dim: #444; --line: #bbb; --link: #000; }
  @page { margin: 1.8cm 1.6cm 2cm; @bottom-center { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
  body { max-width: none; padding: 0; font-size: 10.5pt; line-height: 1.42; }
  .row { display: grid; grid-template-columns: minmax(0, 1fr) 6.2cm; column-gap: .7cm; } .cards, .legend, .sheet-head, .cite, .doc > .of { font-size: 8pt; line-height: 1.4; } .cards.under { columns: 2; margin-top: .2cm; padding: 0; border: 0; } .row > .cards:not(.under) { margin: 0; padding: 0; border: 0; }
  .card { padding-left: 2.5em; } .card .q { font-size: 8.5pt; } .meta { font-size: 7.5pt; } .n { font-size: 6.5pt; color: #000; background: none; border: 1px solid #000; print-color-adjust: exact; } .card > .n { font-size: 7pt; top: .1em; }
  .legend ul { columns: 2; } .apparatus { max-width: none; font-size: 9pt; } a { color: inherit; text-decoration: none; } mark, .theme, .page { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .doc + .doc { break-before: page; } h1, h2, h3, h4, .of, .row:has(> .main > :is(h1, h2, h3)) { break-after: avoid; } p, li { orphans: 3; widows: 3; } .sheet-head dl { display: grid; }
}
"""  # noqa: E501
POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'"
)
