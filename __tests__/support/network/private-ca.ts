import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateCa extends Disposable {
  /** Path of the CA's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  /** A server's certificate and key by this CA, for these names. */
  readonly tls: { readonly cert: string; readonly key: string };
}

/** A CA that nobody trusts, and a certificate of it for `names`. */
export function privateCa(...names: readonly string[]): PrivateCa {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...given: string[]) => execFileSync('openssl', given, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=Private CA',
    '-days',
    '2',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  openssl('req', ...newKey, '-subj', `/CN=${names[0]}`, '-keyout', at('key.pem'), '-out', at('request.pem'));
  writeFileSync(at('names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join()}\n`);
  const signed = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    at('names'),
  ];
  openssl('x509', '-req', '-in', at('request.pem'), ...signed, '-out', at('cert.pem'));
  return {
    file: at('ca.pem'),
    tls: { cert: readFileSync(at('cert.pem'), 'utf8'), key: readFileSync(at('key.pem'), 'utf8') },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
