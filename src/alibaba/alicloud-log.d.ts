/** What is used of a package that brings no types of its own. */
declare module '@alicloud/log' {
  export default class Log {
    constructor(config: {
      readonly accessKeyId: string;
      readonly accessKeySecret: string;
      readonly securityToken: string | undefined;
      /** `https://HOST` or `http://HOST`; the project goes before the host. */
      readonly endpoint: string;
      readonly userAgent: string;
    });
    /** Beneath `getLogs`, which passes no header on. Rejects with the service's code, or with whatever failed on the way. */
    _request(
      verb: 'GET',
      project: string | undefined,
      path: string,
      query: Readonly<Record<string, string | number>>,
      body: null,
      headers: Readonly<Record<string, string>>,
      options: { readonly timeout: number },
    ): Promise<unknown>;
  }
}
