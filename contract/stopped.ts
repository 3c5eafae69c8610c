/** Nothing more can be asked: what happened, and what to do about it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly advice: string;

  constructor(what: string, advice: string) {
    super(what);
    this.advice = advice;
  }
}
