/** `1 answer`, `3 answers`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** The same with its verb: `1 request was`, `3 requests were`. */
export function countedWere(count: number, thing: string): string {
  return `${counted(count, thing)} ${count === 1 ? 'was' : 'were'}`;
}
