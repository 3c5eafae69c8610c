import { failed, type Result, succeeded } from '../rollout/result.js';
import type { Parsed } from '../rollout/split.js';
import type { Mistake } from './mistakes.js';
import type { Rule } from './rules.js';
import { INPUTS, type InputName, type RawInputs, ROWS, type Row, type TABLE } from './table.js';

type Read<R extends Row> = R['rule'] extends Rule<infer T> ? T : never;
type MayBeAbsent<R extends Row> = R extends { default: string } | { required: string } ? never : undefined;

/** What each input means, defaults filled in; undefined where one is absent and has none. */
export type Values = { readonly [Name in InputName]: Read<(typeof TABLE)[Name]> | MayBeAbsent<(typeof TABLE)[Name]> };

/** Each input by itself, whatever is wrong with the others: the rules between inputs go by these. */
export type Readings = { readonly [Name in InputName]: Parsed<Values[Name]> };

export function readEach(raw: RawInputs): Readings {
  return Object.fromEntries(INPUTS.map((name) => [name, readRow(ROWS[name], raw[name])])) as Readings;
}

function readRow({ rule, default: fallback, required }: Row, text: string): Parsed<unknown> {
  if (text !== '') return rule(text);
  if (fallback !== undefined) return rule(fallback);
  return required === undefined ? succeeded(undefined) : failed([`nothing is given; ${required}`]);
}

/** Of an input without a default: whether anything was given, right or wrong. */
export function isGiven(reading: Parsed<unknown>): boolean {
  return !reading.ok || reading.value !== undefined;
}

/** Undefined also where it is wrong. */
export function valueIn<T>(reading: Parsed<T>): T | undefined {
  return reading.ok ? reading.value : undefined;
}

/** All values, or every mistake of each input. */
export function valuesIn(readings: Readings): Result<Values, readonly Mistake[]> {
  const mistakes = INPUTS.flatMap((input) => {
    const reading = readings[input];
    return reading.ok ? [] : reading.error.map((message) => ({ input, message }));
  });
  if (mistakes.length > 0) return failed(mistakes);
  return succeeded(Object.fromEntries(INPUTS.map((name) => [name, valueIn<unknown>(readings[name])])) as Values);
}
