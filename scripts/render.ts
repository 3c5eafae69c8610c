import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** A job summary as a page, so that it can be looked at without GitHub. Mermaid's pies are drawn here. */
export function summaryPage(title: string, markdown: string): string {
  const body = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const drawn = body.replace(/<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g, (_, chart: string) =>
    chart.startsWith('pie') ? pie(unescaped(chart)) : bars(unescaped(chart)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
<main>
${drawn}
</main>
</html>
`;
}

const STYLE = `
body { margin: 0; background: #fff; color: #1f2328; font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px; }
h3 { font-size: 1.25em; margin: 24px 0 16px; }
p, ul, table, details, svg { margin: 0 0 16px; }
table { border-collapse: collapse; display: block; overflow: auto; width: max-content; max-width: 100%; }
th, td { border: 1px solid #d1d9e0; padding: 6px 13px; }
tr:nth-child(2n) td { background: #f6f8fa; }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font: 85% ui-monospace, "Liberation Mono", monospace; }
a { color: #0969da; }
hr { border: 0; border-top: 4px solid #d1d9e0; margin: 24px 0; }
text { font: 14px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
`;

const COLOURS = ['#ececff', '#ffffde', '#d8f0d8'];

/** The syntax of https://mermaid.js.org/syntax/pie.html, as far as the summary uses it. */
function pie(chart: string): string {
  const title = /title (.*)/.exec(chart)?.[1] ?? '';
  const slices = [...chart.matchAll(/"([^"]*)" : (\d+)/g)].map(([, label = '', value = '0']) => ({
    label,
    value: Number(value),
  }));
  const total = slices.reduce((sum, slice) => sum + slice.value, 0);
  let angle = -Math.PI / 2;
  const drawn = slices.map(({ label, value }, index) => {
    const turn = (2 * Math.PI * value) / total;
    const [from, to, middle] = [angle, angle + turn, angle + turn / 2];
    angle = to;
    const colour = COLOURS[index % COLOURS.length];
    const shape =
      slices.length === 1
        ? `<circle cx="140" cy="150" r="100" fill="${colour}" stroke="#333" />`
        : `<path d="M140 150 L${point(from, 100)} A100 100 0 ${turn > Math.PI ? 1 : 0} 1 ${point(to, 100)} Z" fill="${colour}" stroke="#333" />`;
    const [x, y] = point(middle, slices.length === 1 ? 0 : 70).split(' ');
    const legend = `<rect x="280" y="${110 + index * 28}" width="18" height="18" fill="${colour}" stroke="#333" /><text x="306" y="${124 + index * 28}">${label} [${value}]</text>`;
    return `${shape}<text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="middle">${value}%</text>${legend}`;
  });
  return `<svg width="560" height="270" role="img" aria-label="${title}"><text x="140" y="28" text-anchor="middle" font-weight="600">${title}</text>${drawn.join('')}</svg>`;
}

/** The syntax of https://mermaid.js.org/syntax/xyChart.html, likewise. */
function bars(chart: string): string {
  const list = (name: string) =>
    (new RegExp(`${name}[^\\[\\n]*\\[([^\\]]*)\\]`).exec(chart)?.[1] ?? '')
      .split(',')
      .map((part) => part.trim().replaceAll('"', ''));
  const [labels, values] = [list('x-axis'), list('bar').map(Number)];
  const title = /title "(.*)"/.exec(chart)?.[1] ?? '';
  const step = 480 / values.length;
  const drawn = values.map((value, index) => {
    const x = 60 + index * step;
    const bar = `<rect x="${x + step * 0.15}" y="${220 - value * 1.6}" width="${step * 0.7}" height="${value * 1.6}" fill="#ececff" stroke="#333" />`;
    const middle = x + step / 2;
    return `${bar}<text x="${middle}" y="${212 - value * 1.6}" text-anchor="middle">${value} %</text><text x="${middle}" y="240" text-anchor="middle">${labels[index] ?? ''}</text>`;
  });
  const axis = '<line x1="60" y1="220" x2="540" y2="220" stroke="#333" />';
  return `<svg width="560" height="270" role="img" aria-label="${title}"><text x="300" y="28" text-anchor="middle" font-weight="600">${title}</text>${axis}${drawn.join('')}<text x="300" y="262" text-anchor="middle">since the run began</text></svg>`;
}

function point(angle: number, radius: number): string {
  return `${(140 + radius * Math.cos(angle)).toFixed(1)} ${(150 + radius * Math.sin(angle)).toFixed(1)}`;
}

function unescaped(html: string): string {
  return html
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
