export default { fetch: () => new Response('Hello', { headers: { 'x-commit': COMMIT } }) };
