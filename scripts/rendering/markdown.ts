import { fromHtml } from 'hast-util-from-html';
import { sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { gfmToHtml } from './gfm.js';

/** Markdown as GitHub makes HTML of it: `html` is what its readers get, `unsanitized` what was there before. */
export interface Rendered {
  readonly html: string;
  readonly unsanitized: string;
}

/** The default schema of hast-util-sanitize is GitHub's own list of elements and attributes. */
export function renderMarkdown(markdown: string): Rendered {
  const tree = fromHtml(gfmToHtml(markdown, { allowDangerousProtocol: true }), { fragment: true });
  return { html: toHtml(sanitize(tree)), unsanitized: toHtml(tree) };
}
