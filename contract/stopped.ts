/** Nothing more can be asked: what happened, and what to do about it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly advice: string;

  constructor(what: string, advice: string) {
    super(what);
    this.advice = advice;
  }
}

/** Writes a file; where that cannot be, ends with the option that names another place. */
export function orNotWritten(path: string, option: '--out' | '--state', write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unnamed';
    throw new Stopped(`${path} cannot be written: ${code}.`, `Name another place by \`${option}\`.`);
  }
}

/** What ended a run early, with advice where there is some; never a stack. */
export function stoppedText(error: unknown): string {
  if (error instanceof Stopped) return `Stopped: ${error.message} ${error.advice}`;
  const name = error instanceof Error ? error.name : typeof error;
  return `Stopped: the check itself failed (${name}). Please report that, with what was printed before.`;
}
