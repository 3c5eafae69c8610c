import { Ajv, type ValidateFunction } from 'ajv';
import published from './schema.json' with { type: 'json' };

/**
 * GitHub's published description of the operations that there are (scripts/github-schema.ts), held strictly: it lets
 * members through that it does not name, and here those are wrong.
 */
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly type: string };
}
interface Description {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

export interface Operation {
  /** `GET` or `POST`. */
  readonly method: string;
  /** As GitHub calls it, such as `repos/create-deployment`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What is there of a request; the body is parsed JSON, undefined where there was none. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const JSON_TYPE = 'application/json';

interface Known {
  readonly method: string;
  readonly pattern: RegExp;
  readonly description: Description;
  readonly body: ValidateFunction | undefined;
}

const OPERATIONS: readonly Known[] = Object.entries(
  published.paths as unknown as Record<string, Record<string, Description>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, description]) => {
    const schema = description.requestBody?.content[JSON_TYPE]?.schema;
    return {
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
      description,
      body: schema && ajv.compile({ ...schema, additionalProperties: false }),
    };
  }),
);

function knownFor({ method, path }: Pick<Asked, 'method' | 'path'>) {
  return OPERATIONS.find((one) => one.method === method && one.pattern.test(path));
}

export function operationOf(asked: Pick<Asked, 'method' | 'path'>): Operation | undefined {
  const known = knownFor(asked);
  if (known === undefined) return undefined;
  const values = { ...known.pattern.exec(asked.path)?.groups };
  return { method: known.method, name: known.description.operationId, values };
}

/** Everything about a request that the description does not allow. */
export function violations(asked: Asked): readonly string[] {
  const known = knownFor(asked);
  if (known === undefined) return [`${asked.method} ${asked.path} is no operation`];
  const values = known.pattern.exec(asked.path)?.groups ?? {};
  const inPath = known.description.parameters
    .filter((one) => one.in === 'path' && !fits(one, values[one.name] ?? ''))
    .map(({ name }) => `path: ${name} is "${values[name]}"`);
  return [...inPath, ...queryViolations(asked, known), ...headerViolations(asked), ...bodyViolations(asked, known)];
}

function fits({ schema }: Parameter, value: string): boolean {
  return schema.type === 'integer' ? /^[1-9][0-9]*$/.test(value) : value !== '';
}

function queryViolations({ query }: Asked, { description }: Known): string[] {
  const allowed = description.parameters.filter((one) => one.in === 'query');
  return [...query].flatMap(([name, value]) => {
    const parameter = allowed.find((one) => one.name === name);
    if (parameter === undefined) return [`query: there is no ${name}`];
    if (!fits(parameter, value)) return [`query: ${name} is "${value}"`];
    return name === 'per_page' && Number(value) > 100 ? ['query: per_page is at most 100'] : [];
  });
}

function headerViolations({ headers, body }: Asked): string[] {
  const text = (name: string) => String(headers[name] ?? '');
  return [
    ...(/^application\/(?:vnd\.github(?:\.v3)?\+)?json$/.test(text('accept')) ? [] : [`accept is "${text('accept')}"`]),
    ...(/^(?:token|bearer) \S+$/i.test(text('authorization')) ? [] : ['authorization is not "token TOKEN"']),
    ...(text('user-agent') === '' ? ['there is no user-agent'] : []),
    ...(text('x-github-api-version') === '2022-11-28' ? [] : ['x-github-api-version is not 2022-11-28']),
    ...(body === undefined || text('content-type').startsWith(JSON_TYPE) ? [] : ['content-type is not JSON']),
  ];
}

function bodyViolations({ body }: Asked, { body: validate }: Known): string[] {
  if (validate === undefined) return body === undefined ? [] : ['there is a body'];
  return validate(body)
    ? []
    : (validate.errors ?? []).map((one) => `body${one.instancePath}: ${one.message} ${JSON.stringify(one.params)}`);
}

/** What is wrong with an answer of the stand-in itself, by the same description. */
export function answerViolations(operation: string, status: number, answer: unknown): readonly string[] {
  const found = OPERATIONS.find((one) => one.description.operationId === operation);
  const schema = found?.description.responses[String(status)]?.content?.[JSON_TYPE]?.schema;
  if (schema === undefined) return [`${operation} has no answer ${status}`];
  const validate = ajv.compile(schema);
  return validate(answer) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}
