import { gfmToHtml, unescaped } from './rendering/gfm.js';

/** A job summary as a page, so that it can be looked at without GitHub. Mermaid's charts are drawn here. */
export function summaryPage(title: string, markdown: string): string {
  const drawn = gfmToHtml(markdown).replace(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    (_, chart: string) => lines(unescaped(chart)),
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

/** The syntax of https://mermaid.js.org/syntax/xyChart.html, as far as the summary uses it. */
function lines(chart: string): string {
  const title = /title "(.*)"/.exec(chart)?.[1] ?? '';
  const [, axis = '', end = ''] = /x-axis "(.*)" 0 --> (\S+)/.exec(chart) ?? [];
  const colours = (/"plotColorPalette":"([^"]*)"/.exec(chart)?.[1] ?? '').split(', ');
  const drawn = [...chart.matchAll(/^ {2}line \[(.*)\]$/gm)].map(([, values = ''], index) => {
    const weights = values.split(', ').map(Number);
    const points = weights.map((weight, at) => `${60 + (820 * at) / (weights.length - 1)},${220 - weight * 1.6}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[index] ?? '#333'}" stroke-width="2" />`;
  });
  const axes = '<path d="M60 60 V220 H880" fill="none" stroke="#7a7f87" />';
  const labels = [0, 50, 100].map(
    (weight) => `<text x="50" y="${225 - weight * 1.6}" text-anchor="end">${weight}</text>`,
  );
  return `<svg width="900" height="270" role="img" aria-label="${title}"><text x="450" y="28" text-anchor="middle" font-weight="600">${title}</text>${axes}${labels.join('')}${drawn.join('')}<text x="880" y="240" text-anchor="end">${end}</text><text x="450" y="262" text-anchor="middle">${axis}</text></svg>`;
}
