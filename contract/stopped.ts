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
