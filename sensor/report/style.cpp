#include "report/style.h"

namespace outspan::report {

std::string_view style_sheet() {
  return R"css(
:root{color-scheme:light dark;--paper:#fff;--panel:#f5f6f8;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--bar:#1f6feb;
--band:#1f6feb55;--inspected:#1a7f37;--encrypted:#8250df;--opaque:#bf5b04;--lost:#cf222e;--truncated:#9a6700;
--skipped:#8c959f;--critical:#a40e26;--high:#bc4c00;--medium:#7d5200;--low:#3d5a80}
@media (prefers-color-scheme:dark){:root{--paper:#0d1117;--panel:#161b22;--ink:#e6edf3;--soft:#9da7b3;--line:#30363d;
--bar:#58a6ff;--band:#58a6ff55;--inspected:#3fb950;--encrypted:#bc8cff;--opaque:#f0883e;--lost:#ff7b72;
--truncated:#d29922;--skipped:#6e7681;--critical:#ff8182;--high:#ffa657;--medium:#e3b341;--low:#a5c8f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header,main,footer{max-width:60rem;margin:0 auto;padding:1rem}
h1{margin:0;font-size:1.7rem;line-height:1.2}
h2{margin:2.2rem 0 .6rem;font-size:1.3rem;border-bottom:1px solid var(--line)}
h3{margin:1.4rem 0 .4rem;font-size:1.05rem}
h4{margin:1rem 0 .3rem;font-size:1rem}
p,li,dd,td,th,h1,h3{overflow-wrap:anywhere}
nav ul,.cards,.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0;list-style:none}
a{color:var(--bar)}
.small,figcaption,caption,footer{color:var(--soft);font-size:.875rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.8rem}
.cards li{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;min-width:0}
.cards b{display:block;font-size:1.25rem;line-height:1.2;overflow-wrap:anywhere}
figure{margin:1rem 0}
svg{display:block;overflow:hidden}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}
svg .value{fill:var(--soft)}
svg .name{paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.track{fill:var(--panel)}.bar,.node{fill:var(--bar)}.band{fill:var(--band)}.axis{stroke:var(--line)}
.c-inspected{fill:var(--inspected)}.c-encrypted{fill:var(--encrypted)}.c-opaque{fill:var(--opaque)}
.c-lost{fill:var(--lost)}.c-truncated{fill:var(--truncated)}.c-skipped{fill:var(--skipped)}
.b-inspected{background:var(--inspected)}.b-encrypted{background:var(--encrypted)}.b-opaque{background:var(--opaque)}
.b-lost{background:var(--lost)}.b-truncated{background:var(--truncated)}.b-skipped{background:var(--skipped)}
.swatch{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px}
.scroll{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
td,tbody th{min-width:4.5rem}
tbody th{font-weight:400;min-width:8rem}
.n{text-align:right;white-space:nowrap}
thead .n{white-space:normal}
.incident{border:1px solid var(--line);border-left:.35rem solid var(--low);border-radius:.4rem;padding:.2rem 1rem .6rem;
margin:1rem 0}
.s-critical{border-left-color:var(--critical)}.s-high{border-left-color:var(--high)}
.s-medium{border-left-color:var(--medium)}
.badge{font-size:.8rem;font-weight:600;text-transform:uppercase;color:var(--low)}
.s-critical .badge{color:var(--critical)}.s-high .badge{color:var(--high)}.s-medium .badge{color:var(--medium)}
dl{margin:.4rem 0}
dl div{display:grid;grid-template-columns:8rem 1fr;gap:0 .8rem}
dt{color:var(--soft)}
dd{margin:0;min-width:0}
ol{margin:.2rem 0;padding-left:1.4rem}
@media (max-width:32rem){dl div{grid-template-columns:1fr;margin-bottom:.35rem}}
@media print{:root{--paper:#fff;--panel:#f5f6f8;--ink:#000;--soft:#333;--line:#999;--bar:#1f6feb;--band:#1f6feb55;
--inspected:#1a7f37;--encrypted:#8250df;--opaque:#bf5b04;--lost:#cf222e;--truncated:#9a6700;--skipped:#8c959f;
--critical:#a40e26;--high:#bc4c00;--medium:#7d5200;--low:#3d5a80}
body{font-size:10pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}nav{display:none}
header,main,footer{max-width:none;padding:0}.scroll{overflow:visible}
.incident,figure,tr,.cards li{break-inside:avoid}h2,h3,h4{break-after:avoid}}
)css";
}

}  // namespace outspan::report
