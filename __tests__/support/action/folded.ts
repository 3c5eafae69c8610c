/** A log as GitHub shows it: what is folded away, and what is read without unfolding anything. */
export interface Folded {
  readonly lines: readonly string[];
  readonly outside: readonly string[];
  readonly titles: readonly string[];
  /** Whether each group is ended before another begins, and before the end. */
  readonly isWhole: boolean;
}

export function folded(log: string): Folded {
  const lines = log.split('\n').filter((line) => line !== '');
  const [outside, titles]: [string[], string[]] = [[], []];
  let [isOpen, isWhole] = [false, true];
  for (const line of lines) {
    const begins = line.startsWith('::group::');
    const ends = line.startsWith('::endgroup::');
    if (begins) titles.push(line.slice('::group::'.length).replaceAll('%25', '%'));
    if (begins || ends) {
      isWhole &&= isOpen === ends;
      isOpen = begins;
    } else if (!isOpen && !line.startsWith('::add-mask::') && !line.startsWith('::debug::')) outside.push(line);
  }
  return { lines, outside, titles, isWhole: isWhole && !isOpen };
}

/** The inputs and variables that a refusal's one annotation names, in their order. */
export function inputsIn(log: string): readonly string[] {
  const annotations = log.split('\n').filter((line) => line.startsWith('::error'));
  const lines = annotations.length === 1 ? (annotations[0] ?? '').split(/::(?=Input|Variable)|%0A/) : [];
  return lines.flatMap((line) => /^(?:Input|Variable) "([\w-]+)": /.exec(line)?.[1] ?? []);
}
