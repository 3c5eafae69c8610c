import { type Document, isMap, isScalar, type Node, parseDocument, visit } from 'yaml';

/** Keys that GitHub knows and a tool does not yet, by the key that they stand under. */
const NEWER = { concurrency: ['queue'], environment: ['deployment'] } as const;

/** The same workflow with its aliases written out, for tools that do not follow them; comments stay. */
export function withoutAliases(text: string): string {
  return text.includes(': *') ? writtenOut(text).toString({ lineWidth: 0 }) : text;
}

export interface ForOlderTools {
  readonly text: string;
  /** Such as `concurrency.queue`, each once. */
  readonly leftOut: readonly string[];
}

/** Without aliases, and without the keys of GitHub's that actionlint and act do not know yet. All else is as it was. */
export function forOlderTools(text: string): ForOlderTools {
  const document = writtenOut(text);
  const leftOut = new Set<string>();
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!isMap(value) || !(name in NEWER)) return;
      for (const newer of NEWER[name as keyof typeof NEWER]) if (value.delete(newer)) leftOut.add(`${name}.${newer}`);
    },
  });
  const isOther = leftOut.size > 0 || text.includes(': *');
  return { text: isOther ? document.toString({ lineWidth: 0 }) : text, leftOut: [...leftOut] };
}

function writtenOut(text: string): Document {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join('\n'));
  visit(document, {
    Alias(_, alias) {
      return alias.resolve(document)?.clone() as Node | undefined;
    },
  });
  visit(document, {
    Collection(_, node) {
      delete node.anchor;
    },
  });
  return document;
}
