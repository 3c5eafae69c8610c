export default { fetch: () => new Response('Hello', { headers: { 'x-canary': '__ESA_CANARY_MARK__' } }) };
