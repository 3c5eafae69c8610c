import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { OUTCOMES } from '../src/rollout/outcome.js';

/** What GitHub shows to whoever opens an issue, and to whoever looks for an action. */
const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.github/ISSUE_TEMPLATE');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly unknown[] };
}
interface Form {
  readonly name?: string;
  readonly description?: string;
  readonly body: readonly Field[];
}

const forms = readdirSync(folder).filter((name) => name !== 'config.yml');
const formOf = (name: string) => parse(readFileSync(join(folder, name), 'utf8')) as Form;

/** https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
test.each(forms)('%s is a form as GitHub takes it', (name) => {
  const { name: title, description, body } = formOf(name);
  expect([title, description].every((text) => (text ?? '') !== '')).toBe(true);
  const fields = body.filter(({ type }) => type !== 'markdown');
  const ids = fields.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(fields.map(({ attributes }) => attributes.label)).size).toBe(fields.length);
  for (const { type, attributes } of body) {
    expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
    expect(type === 'markdown' ? attributes.value : attributes.label).toBeTruthy();
    expect((attributes.options ?? []).length > 0).toBe(type === 'dropdown' || type === 'checkboxes');
  }
});

describe('the form for what does not work', () => {
  const { body } = formOf('bug.yml');

  test('offers every outcome', () => {
    const outcome = body.find(({ id }) => id === 'outcome');
    expect(outcome?.attributes.options?.slice(0, -1)).toEqual(Object.keys(OUTCOMES));
  });

  test('asks for what one needs, and warns of secrets', () => {
    const ids = body.map(({ id }) => id);
    for (const id of ['version', 'request-id', 'step', 'log', 'summary']) expect(ids).toContain(id);
    expect(body[0]?.attributes.value).toContain('Do not paste secrets');
  });
});

test('a form that a summary links to is there', () => {
  const linked = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(join('src', name)).matchAll(/\?template=([\w.-]+\.yml)/g)].map(([, form]) => form));
  expect(linked.length).toBeGreaterThan(0);
  expect(linked.filter((form) => !forms.includes(form ?? ''))).toEqual([]);
});

test('conduct and security are reported by the same private way, which needs no address', () => {
  const [conduct, security] = [read('CODE_OF_CONDUCT.md'), read('SECURITY.md')];
  for (const text of [conduct, security]) expect(text.replace(/\s+/g, ' ')).toContain('**Report a vulnerability**');
  expect(conduct).not.toMatch(/INSERT|\S@\S+\.\w/);
});

test("a list of the Marketplace shows the whole first sentence of the action's description", () => {
  const { description } = parse(read('action.yml')) as { readonly description: string };
  const [first = ''] = description.split(/(?<=\.) /);
  expect(first.length).toBeLessThanOrEqual(125);
  expect(first).toMatch(/\.$/);
});
