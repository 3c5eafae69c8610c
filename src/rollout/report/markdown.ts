/** Parts of a summary, of what is escaped already. */

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** One row of a table, its header and the line below that too. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
