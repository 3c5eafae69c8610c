import type { Emulator } from '../../../emulator/emulator.js';
import { at } from './hello-routine.js';
import { askJson } from './signed-request.js';

export const code = 'export default { fetch: () => new Response("Ciao") };\n';

/** What object storage calls what the API calls otherwise. */
export const GIVEN = { XOssSecurityToken: 'x-oss-security-token', Key: 'key', Policy: 'policy' } as const;

/** A form as object storage wants it: its own names, the file last. */
export function formOf(config: Readonly<Record<string, string>>, file: string | Buffer | undefined = code): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(config)) {
    if (name !== 'Url') form.set(Object.hasOwn(GIVEN, name) ? GIVEN[name as keyof typeof GIVEN] : name, value);
  }
  if (file !== '') form.set('file', new Blob([new Uint8Array(Buffer.from(file))]), 'code.js');
  return form;
}

/** Posts it, and follows no redirect. */
export async function post(url: string, form: FormData) {
  const response = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  return { status: response.status, text: await response.text() };
}

export const configIn = (answer: Record<string, unknown>) => answer['OssPostConfig'] as Record<string, string>;

/** The form for the code alone. */
export async function stagingForm({ api }: Emulator, more: Record<string, string> = {}) {
  const parameters = { Name: 'hello', ...more };
  return configIn(await askJson(api, { action: 'GetRoutineStagingCodeUploadInfo', parameters, at }));
}

/** A version with assets that waits for its zip. */
export async function created({ api }: Emulator, more: Record<string, string> = {}) {
  const parameters = { Name: 'hello', ...more };
  const answer = await askJson(api, { action: 'CreateRoutineWithAssetsCodeVersion', parameters, at });
  return { version: String(answer['CodeVersion']), config: configIn(answer), answer };
}
