import type { JsonObject } from '../exact-json.js';
import { type Refusal, refuse } from '../refusal.js';
import type { LoggedRequest } from '../request-log.js';
import { findRoutine, type Routine, type World } from '../world.js';

/** One request that may act: who it is for is settled, its parameters are all there. */
export interface Call {
  readonly world: World;
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How the client reached the API, e.g. `http://127.0.0.1:8080`; addresses in answers start with it. */
  readonly origin: string;
  /** The request itself, where a read writes down what it showed. */
  readonly logged: LoggedRequest;
}

export interface Answer {
  readonly kind: 'answer';
  /** Everything but the RequestId. */
  readonly body: JsonObject;
}

export type Result = Answer | Refusal;

export interface Operation {
  /** Parameters without which the gateway answers Missing<Name>, in the order they are looked at. */
  readonly required: readonly string[];
  readonly run: (call: Call) => Result;
  /** STS has a version of its own and takes the request unsigned. */
  readonly version?: string;
  readonly unsigned?: boolean;
}

/** A successful answer. */
export function answer(body: JsonObject): Answer {
  return { kind: 'answer', body };
}

/** Runs `then` on the routine that the parameter Name means, or refuses with RoutineNotExist. */
export function withRoutine(then: (routine: Routine, call: Call, name: string) => Result): (call: Call) => Result {
  return (call) => {
    const name = call.parameters['Name'] ?? '';
    const routine = findRoutine(call.world, name);
    return routine === undefined
      ? refuse('RoutineNotExist', `The routine ${name} does not exist.`)
      : then(routine, call, name);
  };
}

/** A whole number within bounds from a parameter; the fallback when it is absent, undefined when it does not fit. */
export function wholeNumber(text: string | undefined, fallback: number, greatest: number): number | undefined {
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= 1 && value <= greatest ? value : undefined;
}

/** Where a routine is reachable without a domain of its own: `<routine>.<8 hex>.er.aliyun-esa.net`. */
export function defaultRelatedRecord(name: string): string {
  const digest = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
  return `${name}.${digest.toString(16).padStart(8, '0')}.er.aliyun-esa.net`;
}
