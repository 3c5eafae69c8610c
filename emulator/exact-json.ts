/** A JSON value in which an integer of any size may stand as a bigint. Undefined members are left out. */
export type Json = string | number | bigint | boolean | null | undefined | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Compact JSON. A bigint becomes a bare number with all its digits, which JSON.stringify refuses to write. */
export function exactJson(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (isList(value)) return `[${value.map(exactJson).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`).join(',')}}`;
}

/** An id as a bare number with all its digits; an id that is no number stays a string. */
export function bareNumber(id: string): Json {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}

// Array.isArray does not narrow a readonly array.
function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
