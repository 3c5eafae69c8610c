import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run try -- WORKFLOW [options]

Runs a workflow by nektos/act on this machine, against an emulated ESA. It is the workflow that is tried: it runs in a
small repository made for this, never in your own, so your code is neither built nor uploaded.

  --break VERSION     that version fails half of its requests: a number (the same all day), the first word of a
                      description (v2), latest, which is also what is uploaded;
                      ROUTINE/VERSION where only one of several routines is meant
  --input NAME=VALUE  a field of the form, or of what else takes inputs; v1, v2 and v3 stand for numbers; likewise
  --var NAME=VALUE    a variable of the repository
  --secret NAME=VALUE a secret of it
  --event EVENT       what starts it (default: the first that the workflow names)
  --job JOB           this job and those that it needs
  --reject JOB        a reviewer rejects this job
  --speed N           a pause takes a Nth of its time (default: 60)
  --times N           run it so often, an hour apart, or until it is done (default: 1, more for a schedule)
  --help              this text

All but --event, --job, --speed and --times may be given again.
`;

export interface TryOptions {
  readonly workflow: string;
  readonly broken: readonly string[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly event: string | undefined;
  readonly job: string | undefined;
  readonly rejected: readonly string[];
  readonly speed: number;
  readonly times: number | undefined;
}

export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }
  | { readonly kind: 'run'; readonly options: TryOptions };

const many = { type: 'string', multiple: true } as const;
const one = { type: 'string' } as const;
const known = {
  break: many,
  input: many,
  var: many,
  secret: many,
  reject: many,
  event: one,
  job: one,
  speed: one,
  times: one,
  help: { type: 'boolean' },
} as const;

/** Reads what was asked for, or every mistake at once. */
export function readOptions(given: readonly string[]): Asked {
  const { values, positionals, tokens } = parseArgs({
    args: [...given],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: 'help' };
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(known, token.name)) mistakes.push(`unknown option: ${token.rawName}`);
    else if (!token.value) mistakes.push(`${token.rawName} needs a value`);
  }
  const list = (name: 'break' | 'input' | 'var' | 'secret' | 'reject') =>
    (values[name] as readonly (string | boolean)[] | undefined)?.filter((text) => typeof text === 'string') ?? [];
  const text = (name: 'event' | 'job' | 'speed' | 'times') =>
    typeof values[name] === 'string' && values[name] !== '' ? values[name] : undefined;
  const pairs = (name: 'input' | 'var' | 'secret') => Object.fromEntries(pairsOf(name, list(name), mistakes));
  const number = (name: 'speed' | 'times') => wholeNumber(name, text(name), mistakes);
  if (positionals.length !== 1) mistakes.push('name one workflow, such as examples/rollout.yml');
  const options = {
    workflow: positionals[0] ?? '',
    broken: list('break'),
    inputs: pairs('input'),
    vars: pairs('var'),
    secrets: pairs('secret'),
    event: text('event'),
    job: text('job'),
    rejected: list('reject'),
    speed: number('speed') ?? 60,
    times: number('times'),
  };
  return mistakes.length > 0 ? { kind: 'mistakes', mistakes } : { kind: 'run', options };
}

function pairsOf(name: string, texts: readonly string[], mistakes: string[]): [string, string][] {
  return texts.flatMap((text): [string, string][] => {
    const at = text.indexOf('=');
    if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
    mistakes.push(`--${name} is ${text}: it is written as NAME=VALUE`);
    return [];
  });
}

function wholeNumber(name: string, text: string | undefined, mistakes: string[]): number | undefined {
  if (text === undefined || /^[1-9]\d{0,3}$/.test(text)) return text === undefined ? undefined : Number(text);
  mistakes.push(`--${name} is ${text}: it is a whole number from 1 to 9999`);
  return undefined;
}
