import type { Given, Job } from './workflow.js';

type Values = Pick<Given, 'inputs' | 'vars'>;

/**
 * The texts that an input of a step or of a call can be, as far as they are known before anything runs: literal, of the
 * form, of the variables, of the matrix. Not what another job hands on.
 */
export function valuesOf(value: unknown, job: Job, given: Values): readonly string[] {
  const found = resolve(value, job, given);
  return (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'string' && one !== '');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function resolve(value: unknown, job: Job, given: Values): unknown {
  if (typeof value !== 'string') return value;
  const [, expression] = /^\$\{\{\s*((?:(?!\}\}).)*?)\s*\}\}$/s.exec(value.trim()) ?? [];
  if (expression !== undefined) return evaluate(expression, job, given);
  return value.includes('${{') ? undefined : value;
}

/** Only what names things: contexts, literals, `fromJSON`, and what stands in where one is empty. */
function evaluate(expression: string, job: Job, given: Values): unknown {
  const [first = '', ...others] = expression.split(/\s*\|\|\s*/);
  if (others.length > 0) return evaluate(first, job, given) || evaluate(others.join(' || '), job, given);
  const [, literal] = /^'([^']*)'$/.exec(expression) ?? [];
  if (literal !== undefined) return literal;
  const [, packed] = /^fromJSON\(\s*(.*?)\s*\)$/i.exec(expression) ?? [];
  if (packed !== undefined) return unpacked(evaluate(packed, job, given));
  const [, context = '', name = ''] = /^(inputs|github\.event\.inputs|vars|matrix)\.([\w-]+)$/.exec(expression) ?? [];
  if (context === 'matrix') return ofMatrix(name, job, given);
  return (context === 'vars' ? given.vars : context === '' ? {} : given.inputs)[name];
}

function unpacked(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function ofMatrix(name: string, job: Job, given: Values): readonly unknown[] {
  const matrix = resolve(job.strategy?.matrix, { ...job, strategy: {} }, given);
  if (!isObject(matrix)) return [];
  const [listed, included] = [matrix[name], matrix['include']].map((one) => resolve(one, job, given));
  const legs = Array.isArray(included) ? included.flatMap((one) => (isObject(one) ? [one[name]] : [])) : [];
  return [...(Array.isArray(listed) ? listed : []), ...legs];
}
