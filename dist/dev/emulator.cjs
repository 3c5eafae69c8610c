/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = require("node:util");
;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = require("node:crypto");
;// CONCATENATED MODULE: ./build/emulator/exact-json.js
/** Compact JSON. A bigint becomes a bare number with all its digits, which JSON.stringify refuses to write. */
function exactJson(value) {
    if (typeof value === 'bigint')
        return String(value);
    if (typeof value !== 'object' || value === null)
        return JSON.stringify(value) ?? 'null';
    if (isList(value))
        return `[${value.map(exactJson).join(',')}]`;
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`).join(',')}}`;
}
/** An id as a bare number with all its digits; an id that is no number stays a string. */
function bareNumber(id) {
    return /^\d+$/.test(id) ? BigInt(id) : id;
}
// Array.isArray does not narrow a readonly array.
function isList(value) {
    return Array.isArray(value);
}
//# sourceMappingURL=exact-json.js.map
;// CONCATENATED MODULE: ./build/emulator/refusal.js


/**
 * HTTP status by code or by the code's part before the first dot, where it is not 400 (section 4.2). Documents differ
 * about some of these; clients have to go by the code.
 */
const statuses = {
    'InvalidAccessKeyId.NotFound': 404,
    'InvalidAction.NotFound': 404,
    'InvalidApi.NotFound': 404,
    'InvalidProduct.NotFound': 404,
    Forbidden: 403,
    NoPermission: 403,
    InternalError: 500,
    ServiceUnavailable: 503,
};
/** The status that usually goes with an error code. */
function statusOf(code) {
    return statuses[code] ?? statuses[code.split('.')[0] ?? code] ?? 400;
}
/** A refusal with the status of section 4.2. */
function refuse(code, message, detail = {}) {
    return { kind: 'refusal', code, message, status: statusOf(code), detail };
}
/** The body of an error answer (section 4.1). `host` is the Host header of the request. */
function errorBody(refusal, requestId, host) {
    return exactJson({
        RequestId: requestId,
        HostId: host,
        Code: refusal.code,
        Message: refusal.message,
        Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(refusal.code)}&product=ESA&requestId=${requestId}`,
        ...refusal.detail,
    });
}
/** An id as every answer of the API carries one. */
function newRequestId() {
    return (0,external_node_crypto_namespaceObject.randomUUID)().toUpperCase();
}
//# sourceMappingURL=refusal.js.map
;// CONCATENATED MODULE: ./build/emulator/account-limit.js

/**
 * A token bucket that holds what one second brings, as `quirks.requestsPerSecond` says at that instant. How the real
 * limits are counted is not documented; a refused request costs nothing.
 */
function accountLimit() {
    let tokens = Number.POSITIVE_INFINITY;
    let last = 0;
    return ({ quirks: { requestsPerSecond: rate } }, now) => {
        if (!(rate > 0))
            return undefined;
        tokens = Math.min(Math.max(1, rate), tokens + (Math.max(0, now - last) / 1000) * rate);
        last = now;
        if (tokens < 1)
            return refuse('Throttling.User', 'Request was denied due to user flow control.');
        tokens -= 1;
        return undefined;
    };
}
//# sourceMappingURL=account-limit.js.map
;// CONCATENATED MODULE: ./build/emulator/api-request.js
const envelope = new Set(['Action', 'Version', 'Format', 'Timestamp']);
/** Reads the whole request. Rejects when the client goes away before its end. */
async function readApiRequest(message) {
    const chunks = [];
    for await (const chunk of message)
        chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(message.url ?? '/', 'http://emulator');
    const headers = distinctHeaders(message.rawHeaders);
    const fromBody = bodyParameters(body, headers['content-type']?.[0] ?? '');
    const fromQuery = Object.fromEntries(url.searchParams);
    const all = { ...fromQuery, ...fromBody.parameters };
    return {
        method: message.method ?? '',
        path: url.pathname,
        query: [...url.searchParams],
        headers,
        body,
        action: headers['x-acs-action']?.[0] ?? fromQuery['Action'] ?? '',
        version: headers['x-acs-version']?.[0] ?? fromQuery['Version'] ?? '',
        parameters: Object.fromEntries(Object.entries(all).filter(([name]) => !envelope.has(name))),
        malformed: fromBody.malformed,
    };
}
function distinctHeaders(raw) {
    const headers = {};
    for (let index = 0; index + 1 < raw.length; index += 2) {
        const name = String(raw[index]).toLowerCase();
        const values = headers[name] ?? [];
        headers[name] = [...values, String(raw[index + 1])];
    }
    return headers;
}
function bodyParameters(body, contentType) {
    if (body.length === 0)
        return { parameters: {} };
    if (contentType.startsWith('application/json'))
        return jsonParameters(body.toString());
    return { parameters: Object.fromEntries(new URLSearchParams(body.toString())) };
}
// esa-cli sends CreateRoutineWithAssetsCodeVersion as JSON: members become parameters, objects stay compact JSON.
function jsonParameters(text) {
    let parsed;
    try {
        parsed = JSON.parse(text);
    }
    catch {
        return { parameters: {}, malformed: 'The body is not JSON.' };
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
        return { parameters: {}, malformed: 'The body is not a JSON object.' };
    }
    const members = Object.entries(parsed).filter(([, value]) => value !== null);
    // Such a number was rounded by the parser already, so there is no honest parameter to make of it.
    const rounded = members.find(([, value]) => typeof value === 'number' && !Number.isSafeInteger(value));
    if (rounded !== undefined)
        return { parameters: {}, malformed: `The member ${rounded[0]} is not an exact integer.` };
    const texts = members.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
    return { parameters: Object.fromEntries(texts) };
}
//# sourceMappingURL=api-request.js.map
;// CONCATENATED MODULE: ./build/emulator/odd-answers.js
/** Whether what is live can still be read in such an answer. */
function stillTells(how) {
    return !['capital-env', 'envs-null', 'all-zero', 'empty', 'not-json'].includes(how);
}
/** The result in that form; what concerns the answer around it stays as it is. */
function oddResult(how, result) {
    if (result.kind !== 'answer')
        return result;
    const { body } = result;
    if (typeof how === 'object')
        return { ...result, body: { ...body, RequestId: how.requestId } };
    switch (how) {
        case 'envs-null':
            return { ...result, body: { ...body, Envs: null } };
        case 'capital-env':
            return { ...result, body: deep(body, 'Env', (env) => `${env.slice(0, 1).toUpperCase()}${env.slice(1)}`) };
        case 'all-zero':
            return { ...result, body: withoutMain(deep(body, 'Percentage', () => 0)) };
        case 'zoneless':
            return { ...result, body: deep(body, 'CreationTime', (time) => time.replace('T', ' ').replace('Z', '')) };
        case 'no-deployment-id':
            return { ...result, body: { ...body, DeploymentId: undefined } };
        case 'date-behind':
        case 'empty':
        case 'not-json':
            return result;
    }
}
/** Beside the split, each environment names the version that serves most. */
function withoutMain(body) {
    const envs = body['Envs'];
    if (!Array.isArray(envs))
        return body;
    return {
        ...body,
        Envs: envs.map((env) => ({ ...env, CodeVersion: undefined, CanaryCodeVersion: undefined })),
    };
}
/** Every member of that name, however deep. */
function deep(value, name, change) {
    const changed = (member, key) => {
        if (Array.isArray(member))
            return member.map((one) => changed(one, ''));
        if (typeof member === 'object' && member !== null)
            return deep(member, name, change);
        return key === name && member !== undefined ? change(String(member)) : member;
    };
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, changed(member, key)]));
}
/** Where even the answer around it is odd. */
function oddReply(how, usual) {
    if (how === 'empty')
        return { ...usual, body: '{}' };
    if (how === 'not-json')
        return { ...usual, body: 'OK', headers: { 'content-type': 'text/plain' } };
    if (how !== 'date-behind')
        return usual;
    return { ...usual, headers: { ...usual.headers, date: new Date(Date.now() - 3_600_000).toUTCString() } };
}
//# sourceMappingURL=odd-answers.js.map
;// CONCATENATED MODULE: ./build/emulator/delivery.js



const json = { 'content-type': 'application/json;charset=utf-8' };
/** The answer that a result becomes when nothing goes wrong on the way (section 4.1 for errors). */
function replyTo(result, { logged, host }) {
    const { requestId } = logged;
    if (result.kind === 'answer') {
        return { status: 200, body: exactJson({ RequestId: requestId, ...result.body }), headers: json };
    }
    return { status: result.status, body: errorBody(result, requestId, host), headers: json, code: result.code };
}
/** Sends a whole answer. */
function send(reply, { response, logged }) {
    logged.status = reply.status;
    if (reply.code !== undefined)
        logged.code = reply.code;
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
}
/** Does with the usual answer what the fault wants. `later` calls back after so many ms. */
function deliver(effect, usual, to, later) {
    const { response } = to;
    switch (effect.kind) {
        case 'error':
            send(errorReply(effect, to), to);
            break;
        case 'html':
            send({ status: effect.status, body: gatewayPage(effect.status), headers: { 'content-type': 'text/html' } }, to);
            break;
        case 'body': {
            const contentType = effect.contentType === undefined ? json : { 'content-type': effect.contentType };
            send({ status: effect.status, body: effect.body, headers: { ...contentType, ...effect.headers } }, to);
            break;
        }
        case 'slow':
            later(() => send(usual, to), effect.ms);
            break;
        case 'foreign':
            send(usual, to);
            break;
        case 'odd':
            send(oddReply(effect.how, usual), to);
            break;
        case 'late':
            if (effect.code === undefined)
                response.socket?.destroy();
            else
                send(errorReply({ ...effect, kind: 'error', code: effect.code }, to), to);
            break;
        case 'reset':
        case 'lost':
            response.socket?.destroy();
            break;
        case 'truncated':
            sendHalf(usual, response);
            break;
        case 'hang':
            break;
    }
}
function sendHalf({ status, headers, body }, response) {
    const bytes = Buffer.from(body);
    response.writeHead(status, { ...headers, 'content-length': bytes.length });
    // Destroyed only when the half is on its way: else the client would see a reset and no answer at all.
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
}
function gatewayPage(status) {
    return `<html>\n<head><title>${status}</title></head>\n<body><h1>${status}</h1></body>\n</html>\n`;
}
function errorReply(effect, { logged, host }) {
    const { code } = effect;
    const message = effect.message ?? `Scripted fault ${code}.`;
    const retryAfter = effect.retryAfter === undefined ? {} : { 'x-acs-retry-after': String(effect.retryAfter) };
    return {
        status: effect.status ?? statusOf(code),
        body: errorBody({ code, message, detail: {} }, logged.requestId, host),
        headers: { ...json, ...retryAfter },
        code,
    };
}
//# sourceMappingURL=delivery.js.map
;// CONCATENATED MODULE: ./build/emulator/faults.js
/** An empty script. */
function faultScript() {
    const pending = [];
    return {
        add(faults) {
            for (const { operation, skip, times, effect } of faults) {
                pending.push({ operation, skip: skip ?? 0, times: Number(times ?? 1), effect });
            }
        },
        take(operation) {
            const fault = pending.find((one) => one.times > 0 && (one.operation ?? operation) === operation);
            if (fault === undefined)
                return undefined;
            if (fault.skip > 0) {
                fault.skip -= 1;
                return undefined;
            }
            fault.times -= 1;
            return fault.effect;
        },
    };
}
/** Whether the operation is carried out, by kind of effect; the rest say it themselves with `acts`. */
const actsByKind = {
    error: 'told',
    html: 'told',
    body: 'told',
    hang: 'told',
    reset: false,
    lost: true,
    truncated: true,
    slow: true,
    late: false,
    odd: true,
    foreign: true,
};
const effectKinds = Object.keys(actsByKind);
/** Whether the operation is carried out under this effect. */
function acts(effect) {
    if (effect === undefined)
        return true;
    const known = actsByKind[effect.kind];
    return known === 'told' ? 'acts' in effect && effect.acts === true : known;
}
//# sourceMappingURL=faults.js.map
;// CONCATENATED MODULE: ./build/emulator/quirks.js
const defaultQuirks = {
    lagReads: 0,
    numericDeploymentId: false,
    numericCodeVersion: false,
    omitDeploymentId: false,
    percentageAsString: false,
    versionOrder: 'asked',
    neverDeployed: 'no-code-deploy',
    omitCreateTimes: false,
    omitStatus: false,
    omitTotalCount: false,
    publishFillsCodeDeploy: true,
    dateHeader: 'clock',
    requestsPerSecond: 0,
};
//# sourceMappingURL=quirks.js.map
;// CONCATENATED MODULE: ./build/emulator/world.js
/** The state behind the emulator: plain data that survives JSON, in which every version and id is a string. */

const environmentNames = ['production', 'staging'];
const defaultCredential = {
    accessKeyId: 'emulator-key-id',
    accessKeySecret: 'emulator-key-secret',
};
/**
 * Completes a seed in place, so that whoever holds the object sees the live world. Throws a TypeError for a value that
 * is no world at all.
 */
function completeWorld(seed) {
    if (typeof seed !== 'object' || seed === null || Array.isArray(seed))
        throw new TypeError('a world is an object');
    const quirks = { ...defaultQuirks, ...seed.quirks };
    return Object.assign(seed, {
        credentials: seed.credentials ?? [{ ...defaultCredential }],
        routines: seed.routines ?? {},
        roles: seed.roles ?? [],
        uploads: seed.uploads ?? [],
        quirks,
        lastId: seed.lastId ?? '0',
    });
}
/** No routine, one credential, every quirk at its default. */
function emptyWorld(quirks = {}) {
    return completeWorld({ quirks });
}
/** RFC 3339 in UTC with whole seconds, as every time of the API is written. `at` in ms since the epoch. */
function timestamp(at) {
    return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
/**
 * The next id: 19 digits, greater than every one before, the nanosecond epoch of `at` when that is free (section 1.3).
 * Always odd: an odd number of this size never survives the way through a JavaScript number, so rounding shows.
 */
function nextId(world, at) {
    const last = BigInt(world.lastId);
    const noise = ((last * 271829n + 314159n) % 1000000n) | 1n;
    const wanted = BigInt(Math.floor(at)) * 1000000n + noise;
    const smallest = 1000000000000000001n;
    const free = last + 2n;
    const id = [wanted, smallest, free].reduce((a, b) => (a > b ? a : b)) | 1n;
    world.lastId = String(id);
    return world.lastId;
}
/** The routine of that name, or undefined; a name such as `constructor` is no routine. */
function findRoutine(world, name) {
    return Object.hasOwn(world.routines, name) ? world.routines[name] : undefined;
}
/** The code version of that id, or undefined. */
function findVersion(routine, codeVersion) {
    return routine.versions.find((version) => version.codeVersion === codeVersion);
}
function existing(world, name) {
    const routine = findRoutine(world, name);
    if (routine === undefined)
        throw new Error(`the world has no routine ${name}`);
    return routine;
}
/** Adds a routine without versions and gives it back. `at` in ms since the epoch. */
function addRoutine(world, name, given = {}, at = Date.now()) {
    const routine = {
        description: given.description ?? '',
        createTime: timestamp(at),
        hasAssets: given.hasAssets ?? false,
        versions: [],
        environments: { production: { history: [] }, staging: { history: [] } },
    };
    world.routines[name] = routine;
    return routine;
}
/** Adds a code version, Available unless told, and gives back its id. Throws when the routine is unknown. */
function addVersion(world, routine, given = {}, at = Date.now()) {
    const codeVersion = given.codeVersion ?? nextId(world, at);
    const version = { description: '', createTime: timestamp(at), status: 'Available', ...given, codeVersion };
    existing(world, routine).versions.push(version);
    return codeVersion;
}
/**
 * Makes a split live without any check, as somebody else's deployment would, and gives back its DeployId. Visible at
 * once: the quirk `lagReads` concerns deployments made through the API. Throws when the routine is unknown.
 */
function deploy(world, routine, environment, codeVersions, at = Date.now(), by = 'somebody else') {
    const target = existing(world, routine).environments[environment];
    const deployment = {
        deployId: nextId(world, at),
        creationTime: timestamp(at),
        strategy: 'percentage',
        codeVersions: codeVersions.map(({ codeVersion, percentage }) => ({ codeVersion, percentage })),
        by,
        at,
    };
    target.current = deployment;
    target.history.push(deployment);
    target.lag = undefined;
    return deployment.deployId;
}
//# sourceMappingURL=world.js.map
;// CONCATENATED MODULE: ./build/emulator/lagging.js

/** Makes a split live, and gives back its DeployId. Throws when the routine is unknown. */
function deployUnseen(world, { routine, environment, codeVersions, at, by, reads }) {
    const target = findRoutine(world, routine)?.environments[environment];
    const shown = target?.lag === undefined ? (target?.current ?? null) : target.lag.shown;
    const deployId = deploy(world, routine, environment, codeVersions, at, by);
    if (target !== undefined && reads > 0)
        target.lag = { shown, reads };
    return deployId;
}
//# sourceMappingURL=lagging.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/operation.js


/** A successful answer. */
function answer(body) {
    return { kind: 'answer', body };
}
/** Runs `then` on the routine that the parameter Name means, or refuses with RoutineNotExist (section 1.6). */
function withRoutine(then) {
    return (call) => {
        const name = call.parameters['Name'] ?? '';
        const routine = findRoutine(call.world, name);
        return routine === undefined
            ? refuse('RoutineNotExist', `The routine ${name} does not exist.`)
            : then(routine, call, name);
    };
}
/** A whole number within bounds from a parameter; the fallback when it is absent, undefined when it does not fit. */
function wholeNumber(text, fallback, greatest) {
    if (text === undefined || text === '')
        return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= 1 && value <= greatest ? value : undefined;
}
/** Where a routine is reachable without a domain of its own: `<routine>.<8 hex>.er.aliyun-esa.net` (section 1.3). */
function defaultRelatedRecord(name) {
    const digest = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
    return `${name}.${digest.toString(16).padStart(8, '0')}.er.aliyun-esa.net`;
}
//# sourceMappingURL=operation.js.map
;// CONCATENATED MODULE: ./build/emulator/signature.js

const algorithm = 'ACS3-HMAC-SHA256';
/** Lower-case hex SHA-256. */
function sha256(content) {
    return (0,external_node_crypto_namespaceObject.createHash)('sha256').update(content).digest('hex');
}
/** Percent-encoding of RFC 3986: only letters, digits and `-_.~` stay. */
function percentEncode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
/**
 * The ACS3-HMAC-SHA256 signature, with the texts on the way to it (section 3; "V3 request structure and signature").
 * The path is taken as given, because the SDKs differ in what they do with an empty one.
 */
function sign(parts, accessKeySecret) {
    const query = [...parts.query]
        .map(([name, value]) => [percentEncode(name), percentEncode(value)])
        .sort(byText)
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
    const names = [...parts.signedHeaders].sort();
    const headers = names.map((name) => `${name}:${headerValue(parts.headers[name])}\n`).join('');
    const canonicalRequest = [parts.method, parts.path, query, headers, names.join(';'), parts.payloadHash].join('\n');
    const stringToSign = `${algorithm}\n${sha256(canonicalRequest)}`;
    const signature = (0,external_node_crypto_namespaceObject.createHmac)('sha256', accessKeySecret).update(stringToSign).digest('hex');
    return { canonicalRequest, stringToSign, signature };
}
// A header sent twice is signed as its values in order, joined by a comma without a space.
function headerValue(values = []) {
    return values
        .map((value) => value.trim())
        .sort()
        .join(',');
}
function byText(a, b) {
    const left = `${a[0]}\n${a[1]}`;
    const right = `${b[0]}\n${b[1]}`;
    return left < right ? -1 : Number(left > right);
}
/** Reads an Authorization header; undefined when it is not a complete one of this algorithm. */
function parseAuthorization(header) {
    const match = /^ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]*),\s*Signature=([0-9a-f]{64})$/.exec(header);
    const [, accessKeyId, signedHeaders, signature] = match ?? [];
    if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined)
        return undefined;
    return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}
/** Compares in constant time, so that a wrong signature does not tell where it went wrong. */
function sameText(a, b) {
    return (0,external_node_crypto_namespaceObject.timingSafeEqual)((0,external_node_crypto_namespaceObject.createHash)('sha256').update(a).digest(), (0,external_node_crypto_namespaceObject.createHash)('sha256').update(b).digest());
}
//# sourceMappingURL=signature.js.map
;// CONCATENATED MODULE: ./build/emulator/authorization.js


/** How far a request's clock may be off, in ms (section 3). */
const clockWindow = 15 * 60_000;
/**
 * Who signed the request, or why it is refused (sections 3 and 4.2). A nonce is spent only by a request whose
 * signature is good.
 */
function authenticate(request, world, nonces, now) {
    const header = request.headers['authorization']?.[0];
    if (header === undefined)
        return refuse('IncompleteSignature', 'The request carries no Authorization header.');
    const authorization = parseAuthorization(header);
    if (authorization === undefined) {
        return refuse('IncompleteSignature', `The Authorization header is not a complete ${algorithm} signature.`);
    }
    const credential = world.credentials.find(({ accessKeyId }) => accessKeyId === authorization.accessKeyId);
    if (credential === undefined) {
        return refuse('InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    const claim = { request, world, now, authorization, credential };
    for (const check of checks) {
        const refusal = check(claim);
        if (refusal !== undefined)
            return refusal;
    }
    return spendNonce(claim, nonces) ?? credential;
}
const checks = [
    activeKey,
    completeHeaders,
    fittingTime,
    fittingToken,
    fittingSignature,
];
function activeKey({ credential }) {
    if (credential.active !== false)
        return undefined;
    return refuse('InvalidAccessKeyId.Inactive', 'Specified access key is disabled.');
}
const required = ['host', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'];
// The code for a header left out or left unsigned is unverified; IncompleteSignature is the family it belongs to.
function completeHeaders({ request, authorization }) {
    const missing = required.filter((name) => (request.headers[name]?.[0] ?? '') === '');
    if (missing.length > 0)
        return refuse('IncompleteSignature', `Missing headers: ${missing.join(', ')}.`);
    const sent = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-acs-'));
    const unsigned = sent.filter((name) => !authorization.signedHeaders.includes(name));
    if (unsigned.length === 0)
        return undefined;
    return refuse('IncompleteSignature', `Headers that must be signed and are not: ${unsigned.join(', ')}.`);
}
function fittingTime({ request, now }) {
    const date = request.headers['x-acs-date']?.[0] ?? '';
    const sent = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(sent)) {
        return refuse('InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
    }
    if (Math.abs(now - sent) <= clockWindow)
        return undefined;
    return refuse('InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
}
function fittingToken({ request, world, credential, now }) {
    const token = request.headers['x-acs-security-token']?.[0] ?? '';
    const expected = credential.securityToken;
    if (expected === undefined && token === '')
        return undefined;
    if (token === '')
        return refuse('MissingSecurityToken', 'SecurityToken is mandatory for this action.');
    if (expected === undefined || !sameText(token, expected)) {
        const known = world.credentials.some(({ securityToken }) => securityToken === token);
        return known
            ? refuse('InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatch with the AccessKey.')
            : refuse('InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
    }
    if (credential.expires === undefined || now < credential.expires)
        return undefined;
    return refuse('InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
}
function fittingSignature({ request, authorization, credential }) {
    // Hashing the body itself, not trusting x-acs-content-sha256, is what makes a wrong one fail here.
    const parts = { ...request, signedHeaders: authorization.signedHeaders, payloadHash: sha256(request.body) };
    const { canonicalRequest, stringToSign, signature } = sign(parts, credential.accessKeySecret);
    const claimedHash = request.headers['x-acs-content-sha256']?.[0] ?? '';
    if (sameText(signature, authorization.signature) && sameText(claimedHash, parts.payloadHash))
        return undefined;
    return refuse('SignatureDoesNotMatch', 'Specified signature does not match our calculation. ' +
        `server string to sign is:${stringToSign} server canonical request is:${canonicalRequest}`);
}
function spendNonce({ request, credential, now }, nonces) {
    const nonce = `${credential.accessKeyId} ${request.headers['x-acs-signature-nonce']?.[0] ?? ''}`;
    const until = nonces.get(nonce);
    if (until !== undefined && until > now)
        return refuse('SignatureNonceUsed', 'Specified signature nonce was used already.');
    // The oldest stand first, so forgetting stops at the first that is still needed.
    for (const [old, end] of nonces) {
        if (end > now)
            break;
        nonces.delete(old);
    }
    // A date may lie a window ahead, so it is good for two windows in all.
    nonces.set(nonce, now + 2 * clockWindow);
    return undefined;
}
/** Whether RAM lets the credential do this; `access` is a RAM action such as `esa:GetRoutine`. */
function authorize(credential, access) {
    if (credential.allow === undefined || credential.allow.includes(access))
        return undefined;
    return refuse('Forbidden.RAM', 'User not authorized to operate on the specified resource, or this API does not support RAM.', {
        AccessDeniedDetail: { NoPermissionType: 'ImplicitDeny', AuthAction: access },
    });
}
//# sourceMappingURL=authorization.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/deployments.js





/** CreateRoutineCodeDeployment (section 1.2) and PublishRoutineCodeVersion (section 1.5). */
const deploymentOperations = {
    CreateRoutineCodeDeployment: {
        required: ['Name', 'Env', 'Strategy', 'CodeVersions'],
        run: withRoutine((routine, call, name) => {
            const { Env, Strategy, CodeVersions } = call.parameters;
            const environment = environmentNames.find((known) => known === Env);
            if (environment === undefined)
                return invalid('Env must be staging or production.');
            if (Strategy !== 'percentage')
                return invalid('Strategy must be percentage.');
            const shares = parseShares(CodeVersions ?? '');
            if ('kind' in shares)
                return shares;
            const refusal = deployable(routine, shares);
            if (refusal !== undefined)
                return refusal;
            const deployId = accept(call, { name, environment, shares });
            return answer(deploymentBody(call.world.quirks, deployId, shares));
        }),
    },
    PublishRoutineCodeVersion: {
        required: ['Name', 'Env', 'CodeVersion'],
        run: withRoutine((routine, call, name) => {
            const codeVersion = call.parameters['CodeVersion'] ?? '';
            const environment = environmentNames.find((known) => known === call.parameters['Env']);
            if (environment === undefined)
                return invalid('Env must be staging or production.');
            const shares = [{ codeVersion, percentage: 100 }];
            const refusal = deployable(routine, shares);
            if (refusal !== undefined)
                return refusal;
            accept(call, { name, environment, shares });
            const { current } = routine.environments[environment];
            if (current !== undefined && !call.world.quirks.publishFillsCodeDeploy)
                current.publishedOnly = true;
            return answer({ CodeVersion: codeVersion });
        }),
    },
};
function invalid(message) {
    return refuse('InvalidParameter', message);
}
// The code for an unknown version and for one that is not Available is unverified (section 11): InvalidParameter is the
// one the sister operations document.
function deployable(routine, shares) {
    for (const { codeVersion } of shares) {
        const version = findVersion(routine, codeVersion);
        if (version === undefined)
            return invalid(`The code version ${codeVersion} does not exist.`);
        if (version.status !== 'Available')
            return invalid(`The code version ${codeVersion} is ${version.status}.`);
    }
    return undefined;
}
function accept({ world, now, logged }, { name, environment, shares }) {
    const { requestId, accessKeyId } = logged;
    const by = { requestId, accessKeyId };
    const { lagReads: reads } = world.quirks;
    return deployUnseen(world, { routine: name, environment, codeVersions: shares, at: now, by, reads });
}
function deploymentBody(quirks, deployId, shares) {
    const shownId = quirks.numericDeploymentId ? bareNumber(deployId) : deployId;
    return {
        Strategy: 'percentage',
        DeploymentId: quirks.omitDeploymentId ? undefined : shownId,
        CodeVersions: shares.map(({ codeVersion, percentage }) => ({
            Percentage: quirks.percentageAsString ? String(percentage) : percentage,
            CodeVersion: codeVersion,
        })),
    };
}
/**
 * Reads the parameter CodeVersions: 1 or 2 entries, whole percentages 1 to 100 that sum to 100, no version twice
 * (section 1.2). A version that is not a string is refused, for as a number it would be rounded.
 */
function parseShares(text) {
    let entries;
    try {
        entries = JSON.parse(text);
    }
    catch {
        return invalid('CodeVersions is not JSON.');
    }
    if (!Array.isArray(entries) || entries.length < 1 || entries.length > 2) {
        return invalid('CodeVersions must be a list of one or two entries.');
    }
    const shares = entries.map(parseShare);
    const refusal = shares.find((share) => 'kind' in share);
    if (refusal !== undefined && 'kind' in refusal)
        return refusal;
    const good = shares.filter((share) => 'codeVersion' in share);
    if (new Set(good.map(({ codeVersion }) => codeVersion)).size < good.length) {
        return invalid('CodeVersions names a version twice.');
    }
    const sum = good.reduce((total, { percentage }) => total + percentage, 0);
    return sum === 100 ? good : invalid(`The percentages of CodeVersions sum to ${sum}, not to 100.`);
}
function parseShare(entry) {
    const { CodeVersion, Percentage } = (entry ?? {});
    if (typeof CodeVersion !== 'string' || CodeVersion === '') {
        return invalid('CodeVersions[].CodeVersion must be a string.');
    }
    if (typeof Percentage !== 'number' || !Number.isInteger(Percentage) || Percentage < 1 || Percentage > 100) {
        return invalid('CodeVersions[].Percentage must be a whole number from 1 to 100.');
    }
    return { codeVersion: CodeVersion, percentage: Percentage };
}
//# sourceMappingURL=deployments.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/routines.js




/** Operations on routines and the account (sections 1.3 and 1.5). */
const routineOperations = {
    GetRoutine: {
        required: ['Name'],
        run: withRoutine((routine, call, name) => answer(routineBody(routine, call, name))),
    },
    GetErService: { required: [], run: () => answer({ Status: 'Running', PlanName: 'er_freemode' }) },
    ListUserRoutines: { required: [], run: listUserRoutines },
    // The staging edge is this machine; esa-cli asks for it whenever it lists deployments.
    GetRoutineStagingEnvIp: { required: [], run: () => answer({ IPV4: ['127.0.0.1'] }) },
    CreateRoutine: {
        required: ['Name'],
        run: ({ world, parameters, now }) => {
            const name = parameters['Name'] ?? '';
            if (!/^[a-z][a-z0-9-]+$/.test(name))
                return refuse('InvalidParameter', `${name} is no name for a routine.`);
            if (findRoutine(world, name) !== undefined) {
                return refuse('RoutineAlreadyExist', `The routine ${name} already exists.`);
            }
            const description = parameters['Description'] ?? '';
            addRoutine(world, name, { description, hasAssets: parameters['HasAssets'] === 'true' }, now);
            return answer({ Status: 'OK' });
        },
    },
    DeleteRoutine: {
        required: ['Name'],
        run: withRoutine((_routine, { world }, name) => {
            delete world.routines[name];
            return answer({ Status: 'OK' });
        }),
    },
};
function listUserRoutines({ world, parameters }) {
    const page = wholeNumber(parameters['PageNumber'], 1, 10);
    // Documented as 1 to 20, but esa-cli 1.0.3 asks for 50 as a matter of course.
    const size = wholeNumber(parameters['PageSize'], 20, 500);
    if (page === undefined)
        return refuse('InvalidParameter', 'PageNumber must be 1 to 10.');
    if (size === undefined)
        return refuse('InvalidParameter', 'PageSize must be 1 to 500.');
    const word = parameters['SearchKeyWord'] ?? '';
    const found = Object.entries(world.routines).filter(([name]) => name.includes(word));
    return answer({
        Routines: found.slice((page - 1) * size, page * size).map(([name, routine]) => ({
            RoutineName: name,
            Description: routine.description,
            DefaultRelatedRecord: defaultRelatedRecord(name),
            CreateTime: world.quirks.omitCreateTimes ? undefined : routine.createTime,
            HasAssets: routine.hasAssets,
        })),
        TotalCount: world.quirks.omitTotalCount ? undefined : found.length,
        UsedRoutineNumber: Object.keys(world.routines).length,
        QuotaRoutineNumber: 20,
        PageNumber: page,
        PageSize: size,
    });
}
function routineBody(routine, { world, logged }, name) {
    const { quirks } = world;
    logged.live = idsOf((environment) => routine.environments[environment].current);
    const shown = environmentNames.map((environment) => ({
        environment,
        deployment: readDeployment(routine.environments[environment]),
    }));
    logged.showed = idsOf((asked) => shown.find(({ environment }) => environment === asked)?.deployment);
    const untouched = shown.every(({ deployment }) => deployment === undefined);
    const envs = shown.flatMap(({ environment, deployment }) => deployment === undefined
        ? neverDeployed[quirks.neverDeployed](environment)
        : [environmentBody(routine, environment, deployment, quirks)]);
    return {
        Description: routine.description,
        DefaultRelatedRecord: defaultRelatedRecord(name),
        CreateTime: quirks.omitCreateTimes ? undefined : routine.createTime,
        HasAssets: routine.hasAssets,
        Envs: untouched && quirks.neverDeployed === 'no-envs' ? undefined : envs,
    };
}
function idsOf(deployed) {
    const ids = environmentNames.map((environment) => [environment, deployed(environment)?.deployId]);
    return Object.fromEntries(ids.filter(([, id]) => id !== undefined));
}
// Reading is what lets the lag run out.
function readDeployment(environment) {
    const { lag } = environment;
    if (lag === undefined)
        return environment.current;
    environment.lag = lag.reads > 1 ? { ...lag, reads: lag.reads - 1 } : undefined;
    return lag.shown ?? undefined;
}
/** `no-envs` can leave out the whole list only while no environment is deployed; else it leaves out the entry. */
const neverDeployed = {
    'no-envs': () => [],
    'no-env': () => [],
    'no-code-deploy': (environment) => [{ Env: environment }],
    'no-code-versions': (environment) => [{ Env: environment, CodeDeploy: { Strategy: 'percentage' } }],
};
function environmentBody(routine, environment, deployment, quirks) {
    const version = (id) => (quirks.numericCodeVersion ? bareNumber(id) : id);
    const shares = quirks.versionOrder === 'asked' ? deployment.codeVersions : [...deployment.codeVersions].reverse();
    // Which of the two stands where during a split is unverified; at 100 % both are the one version (section 1.3).
    const byWeight = [...deployment.codeVersions].sort((a, b) => b.percentage - a.percentage);
    const main = byWeight[0]?.codeVersion ?? '0';
    const canary = byWeight.at(-1)?.codeVersion ?? '0';
    const codeDeploy = {
        DeployId: deployment.deployId,
        CreationTime: deployment.creationTime,
        Strategy: deployment.strategy,
        CodeVersions: shares.map(({ codeVersion, percentage }) => ({
            Description: findVersion(routine, codeVersion)?.description ?? '',
            Percentage: quirks.percentageAsString ? String(percentage) : percentage,
            CreateTime: quirks.omitCreateTimes ? undefined : findVersion(routine, codeVersion)?.createTime,
            CodeVersion: version(codeVersion),
        })),
    };
    return {
        CodeVersion: version(main),
        Env: environment,
        CanaryCodeVersion: version(canary),
        CodeDeploy: deployment.publishedOnly === true ? undefined : codeDeploy,
    };
}
//# sourceMappingURL=routines.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/tokens.js




/** The one operation of STS that is of use here (section 5.2): it is unsigned, the OIDC token is its credential. */
const tokenOperations = {
    AssumeRoleWithOIDC: {
        version: '2015-04-01',
        unsigned: true,
        required: ['OIDCProviderArn', 'OIDCToken', 'RoleArn', 'RoleSessionName'],
        run: assumeRole,
    },
};
function assumeRole(call) {
    const { OIDCProviderArn, OIDCToken, RoleArn, RoleSessionName, DurationSeconds } = call.parameters;
    if (!/^[\w.@-]{2,64}$/.test(RoleSessionName ?? '')) {
        return refuse('InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
    }
    const role = call.world.roles.find(({ arn }) => arn === RoleArn);
    if (role === undefined)
        return refuse('EntityNotExist.Role', 'The role not exists.');
    const longest = role.maxSessionDuration ?? 3600;
    const seconds = wholeNumber(DurationSeconds, Math.min(3600, longest), longest);
    if (seconds === undefined || seconds < 900) {
        return refuse('InvalidParameter.DurationSeconds', `DurationSeconds must be 900 to ${longest}.`);
    }
    if (role.providerArn !== OIDCProviderArn) {
        return refuse('AuthenticationFail.NoPermission', 'No such OIDC Provider registered.');
    }
    return judgeToken(OIDCToken ?? '', role, call.now) ?? handOut(call, role, RoleSessionName ?? '', seconds);
}
/** Looks at what the token claims, not at its signature: the emulator knows no issuer's keys. */
function judgeToken(token, role, now) {
    const claims = readClaims(token);
    if (claims === undefined)
        return refuse('AuthenticationFail.OIDCToken.Invalid', 'This JWT token is not valid.');
    const audiences = [claims.aud].flat();
    if (role.audience !== undefined && !audiences.includes(role.audience)) {
        return refuse('AuthenticationFail.OIDCToken.AudienceNotMatch', 'Invalid audience.');
    }
    if (role.subject !== undefined && claims.sub !== role.subject) {
        return refuse('AuthenticationFail.NoPermission', 'There is no permission.');
    }
    if (typeof claims.exp !== 'number' || claims.exp * 1000 > now)
        return undefined;
    return refuse('AuthenticationFail.OIDCToken.Expired', 'This JsonWebToken is expired.');
}
function readClaims(token) {
    const [header, payload, signature, ...rest] = token.split('.');
    if (!header || !payload || !signature || rest.length > 0)
        return undefined;
    try {
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
        return typeof claims === 'object' && claims !== null ? claims : undefined;
    }
    catch {
        return undefined;
    }
}
function handOut({ world, now }, role, session, seconds) {
    const id = nextId(world, now);
    const secretOf = (purpose) => (0,external_node_crypto_namespaceObject.createHash)('sha256').update(`${purpose} ${id}`).digest('base64url');
    const expires = now + (role.sessionEndsAfter ?? seconds * 1000);
    const credential = {
        accessKeyId: `STS.${id}`,
        accessKeySecret: secretOf('secret'),
        securityToken: secretOf('token'),
    };
    world.credentials.push({ ...credential, expires, allow: role.allow });
    return answer({
        Credentials: {
            AccessKeyId: credential.accessKeyId,
            AccessKeySecret: credential.accessKeySecret,
            SecurityToken: credential.securityToken,
            // Whole seconds, and never later than the truth.
            Expiration: timestamp(expires),
        },
        AssumedRoleUser: {
            Arn: `${role.arn.replace(':role/', ':assumed-role/')}/${session}`,
            AssumedRoleId: `3${id.slice(1)}:${session}`,
        },
    });
}
//# sourceMappingURL=tokens.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/uploads.js




/** Where the object storage that takes the code listens, on the API's own server. */
const storagePath = '/_oss/';
/** How long a form may be posted, in ms (section 8). */
const policyLife = 5 * 60_000;
/** The two ways to a new code version (section 1.5): both answer with a form that is then posted to object storage. */
const uploadOperations = {
    GetRoutineStagingCodeUploadInfo: {
        required: ['Name'],
        run: withRoutine((_routine, call, name) => {
            const { key, policy, ...rest } = postConfig(call, name, undefined);
            const description = call.parameters['CodeDescription'] ?? '';
            return answer({ OssPostConfig: { ...rest, key, policy, callback: '', 'x:codeDescription': description } });
        }),
    },
    CommitRoutineStagingCode: { required: ['Name'], run: withRoutine((_routine, call, name) => commit(call, name)) },
    CreateRoutineWithAssetsCodeVersion: {
        required: ['Name'],
        run: withRoutine((_routine, call, name) => {
            const codeVersion = addVersion(call.world, name, { ...described(call), status: 'Init' }, call.now);
            const { key, policy, ...rest } = postConfig(call, name, codeVersion);
            return answer({ CodeVersion: codeVersion, Status: 'init', OssPostConfig: { ...rest, Key: key, Policy: policy } });
        }),
    },
};
function described({ parameters }) {
    const deployEnv = environmentNames.find((known) => known === parameters['DeployEnv']);
    const extraInfo = parameters['ExtraInfo'];
    return {
        description: parameters['CodeDescription'] ?? '',
        ...(deployEnv && { deployEnv }),
        ...(extraInfo && { extraInfo }),
    };
}
function postConfig({ world, now, origin }, routine, codeVersion) {
    const id = nextId(world, now);
    const expires = now + policyLife;
    const upload = { key: `${routine}/${id}`, routine, expires, codeVersion };
    world.uploads.push(upload);
    const policy = JSON.stringify({ expiration: timestamp(expires), conditions: [{ key: upload.key }] });
    return {
        Url: `${origin}${storagePath}`,
        OSSAccessKeyId: 'STS.storage',
        key: upload.key,
        policy: Buffer.from(policy).toString('base64'),
        Signature: signatureOf(upload),
        XOssSecurityToken: 'storage-token',
    };
}
function signatureOf({ key, expires }) {
    return (0,external_node_crypto_namespaceObject.createHash)('sha256').update(`${key} ${expires}`).digest('base64');
}
// The code when nothing was uploaded is unverified.
function commit(call, name) {
    const { uploads } = call.world;
    const upload = uploads.findLast(({ routine, code }) => routine === name && code !== undefined);
    if (upload === undefined)
        return refuse('InvalidParameter', `No code was uploaded for the routine ${name}.`);
    call.world.uploads = uploads.filter((one) => one !== upload);
    return answer({ CodeVersion: addVersion(call.world, name, { ...described(call), code: upload.code }, call.now) });
}
/** Takes the form of an upload. `file` is what the version will consist of. `now` in ms since the epoch. */
function storeUpload(world, form, now) {
    const upload = world.uploads.find(({ key }) => key === form.get('key'));
    if (upload === undefined || now >= upload.expires)
        return { status: 403, code: 'AccessDenied' };
    if (form.get('Signature') !== signatureOf(upload))
        return { status: 403, code: 'SignatureDoesNotMatch' };
    const file = form.get('file');
    if (file === undefined)
        return { status: 400, code: 'InvalidArgument' };
    upload.code = file;
    const routine = findRoutine(world, upload.routine);
    const version = routine && findVersion(routine, upload.codeVersion ?? '');
    // From here on the build runs: it is seen as Init once, so that a client that does not poll is found out.
    if (version !== undefined)
        Object.assign(version, { code: file, readyAfterReads: 1 });
    return { status: form.get('success_action_status') === '200' ? 200 : 204 };
}
//# sourceMappingURL=uploads.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/versions.js




/** Operations on code versions (sections 1.4 and 1.5). */
const versionOperations = {
    ListRoutineCodeVersions: { required: ['Name'], run: withRoutine(listVersions) },
    GetRoutineCodeVersion: {
        required: ['Name', 'CodeVersion'],
        run: withVersion(({ codeVersion, description, createTime, code }) => answer({
            CodeVersion: codeVersion,
            CodeDescription: description,
            CreateTime: createTime,
            RoutineCode: Buffer.from(code ?? '').toString('base64'),
        })),
    },
    GetRoutineCodeVersionInfo: {
        required: ['Name', 'CodeVersion'],
        run: withVersion((version, { world }, routine) => {
            settle(version);
            // Unlike the list this answers no quirk of numbers: nothing suggests that it ever did.
            return answer({ ...versionBody(version, world.quirks, version.codeVersion), HasAssets: routine.hasAssets });
        }),
    },
    DeleteRoutineCodeVersion: {
        required: ['Name', 'CodeVersion'],
        run: withVersion(({ codeVersion }, _call, routine) => {
            const used = environmentNames.some((environment) => routine.environments[environment].current?.codeVersions.some((share) => share.codeVersion === codeVersion));
            // That this is the code for a deployed version is suggested by its name only (section 1.5).
            if (used)
                return refuse('DependedByOthers', `The code version ${codeVersion} is in use.`);
            routine.versions = routine.versions.filter((version) => version.codeVersion !== codeVersion);
            return answer({ Status: 'OK' });
        }),
    },
};
// The code for a version that does not exist is unverified (section 1.6).
function withVersion(then) {
    return withRoutine((routine, call) => {
        const id = call.parameters['CodeVersion'] ?? '';
        const version = findVersion(routine, id);
        return version === undefined
            ? refuse('InvalidParameter', `The code version ${id} does not exist.`)
            : then(version, call, routine);
    });
}
function listVersions(routine, { world, parameters }) {
    const page = wholeNumber(parameters['PageNumber'], 1, 2);
    const size = wholeNumber(parameters['PageSize'], 20, 20);
    if (page === undefined)
        return refuse('InvalidParameter', 'PageNumber must be 1 or 2.');
    if (size === undefined)
        return refuse('InvalidParameter', 'PageSize must be 1 to 20.');
    const word = (parameters['SearchKeyWord'] ?? '').toLowerCase();
    const found = routine.versions.filter(({ description }) => description.toLowerCase().includes(word)).reverse();
    const shown = found.slice((page - 1) * size, page * size);
    shown.forEach(settle);
    const { quirks } = world;
    return answer({
        PageNumber: page,
        PageSize: size,
        TotalCount: quirks.omitTotalCount ? undefined : found.length,
        CodeVersions: shown.map((version) => versionBody(version, quirks, quirks.numericCodeVersion ? bareNumber(version.codeVersion) : version.codeVersion)),
    });
}
// A build goes on while it is watched: time alone would make tests wait.
function settle(version) {
    if (version.status !== 'Init' || version.readyAfterReads === undefined)
        return;
    if (version.readyAfterReads <= 0)
        version.status = 'Available';
    else
        version.readyAfterReads -= 1;
}
function versionBody(version, quirks, shownId) {
    return {
        CodeVersion: shownId,
        CodeDescription: version.description,
        CreateTime: quirks.omitCreateTimes ? undefined : version.createTime,
        Status: quirks.omitStatus ? undefined : version.status,
        BuildId: version.buildId,
        ExtraInfo: version.extraInfo ?? '{}',
        ConfOptions: {},
        DeployEnv: version.deployEnv,
        HasEnvVars: version.deployEnv !== undefined,
    };
}
//# sourceMappingURL=versions.js.map
;// CONCATENATED MODULE: ./build/emulator/operations/operations.js







const operations = {
    ...routineOperations,
    ...versionOperations,
    ...deploymentOperations,
    ...tokenOperations,
    ...uploadOperations,
};
const esaVersion = '2024-09-10';
/** The operation a request means, when it is known and the request is properly signed and allowed. */
function admit(request, world, nonces, now) {
    const { action, version } = request;
    if (request.path !== '/')
        return refuse('InvalidAction.NotFound', 'Specified api is not found: the path is always /.');
    if (request.method !== 'POST' && request.method !== 'GET') {
        return refuse('UnsupportedHTTPMethod', 'This http method is not supported.');
    }
    if (action === '')
        return refuse('MissingAction', 'Action is mandatory for this action.');
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (operation === undefined)
        return refuse('InvalidAction.NotFound', `Specified api is not found: ${action}.`);
    if (version === '')
        return refuse('MissingVersion', 'Version is mandatory for this action.');
    // The code for a version the product does not have is unverified.
    if (version !== (operation.version ?? esaVersion)) {
        return refuse('InvalidVersion', `Specified parameter Version is not valid: ${version}.`);
    }
    if (operation.unsigned === true)
        return operation;
    const signer = authenticate(request, world, nonces, now);
    if ('kind' in signer)
        return signer;
    return authorize(signer, `esa:${action}`) ?? operation;
}
/** Carries the operation out, unless its parameters are not all there. */
function perform(operation, call, malformed) {
    if (malformed !== undefined)
        return refuse('InvalidParameter', malformed);
    const missing = operation.required.find((name) => (call.parameters[name] ?? '') === '');
    if (missing !== undefined)
        return refuse(`Missing${missing}`, `${missing} is mandatory for this action.`);
    return operation.run(call);
}
//# sourceMappingURL=operations.js.map
;// CONCATENATED MODULE: ./build/emulator/api-server.js











/** Answers requests of the ESA API. Every one is logged before anything can refuse it. */
function apiHandler(context) {
    const nonces = new Map();
    const limit = accountLimit();
    return (message, response) => {
        readApiRequest(message).then((request) => handle({ context, nonces, limit, request, response, connection: context.connectionOf(message) }), 
        // The client went away in mid-request: there is nobody to answer.
        () => message.socket.destroy());
    };
}
function handle({ context, nonces, limit, request, response, connection }) {
    const at = context.now();
    const logged = logEntry(request, at, connection);
    context.requests.push(logged);
    date(response, context.world.quirks.dateHeader, at);
    const to = { response, logged, host: request.headers['host']?.[0] ?? '' };
    const operation = admit(request, context.world, nonces, at);
    const refusal = 'kind' in operation ? operation : operation.unsigned === true ? undefined : limit(context.world, at);
    if ('kind' in operation || refusal !== undefined) {
        if (refusal !== undefined)
            send(replyTo(refusal, to), to);
        return;
    }
    const effect = context.faults.take(request.action);
    if (effect !== undefined)
        logged.fault = nameOf(effect);
    const result = acts(effect) ? act(context, operation, request, { at, effect, logged }) : answer({});
    if (effect?.kind === 'late') {
        const performed = () => {
            act(context, operation, request, { at: context.now(), effect, logged });
            delete logged.showed;
            context.changed();
        };
        context.later(performed, effect.ms);
    }
    if (effect !== undefined && !tells(effect))
        delete logged.showed;
    context.changed();
    const usual = replyTo(effect?.kind === 'odd' ? oddResult(effect.how, result) : result, to);
    if (effect === undefined)
        send(usual, to);
    else
        deliver(effect, usual, to, context.later);
}
/** Node would write its own clock, which is not the emulator's. */
function date(response, how, at) {
    response.sendDate = false;
    if (how !== 'none')
        response.setHeader('date', how === 'clock' ? new Date(at).toUTCString() : how.text);
}
function nameOf(effect) {
    return effect.kind === 'odd' && typeof effect.how === 'string' ? `odd ${effect.how}` : effect.kind;
}
/** Whether the client gets to see what the operation found. */
function tells(effect) {
    return effect.kind === 'odd' ? stillTells(effect.how) : effect.kind === 'slow' || effect.kind === 'foreign';
}
function logEntry(request, at, connection) {
    const headers = Object.entries(request.headers).map(([name, values]) => [name, values.join(', ')]);
    return {
        at,
        method: request.method,
        action: request.action,
        parameters: request.parameters,
        version: request.version,
        nonce: request.headers['x-acs-signature-nonce']?.[0] ?? '',
        accessKeyId: parseAuthorization(request.headers['authorization']?.[0] ?? '')?.accessKeyId ?? '',
        headers: Object.fromEntries(headers),
        connection,
        status: 0,
        requestId: newRequestId(),
    };
}
function act(context, operation, request, { at, effect, logged }) {
    const { world } = context;
    const call = { world, parameters: request.parameters, now: at, origin: context.origin(), logged };
    if (effect?.kind === 'foreign' && effect.when === 'before')
        deployForeign(effect, call);
    const result = attempt(operation, call, request.malformed);
    if (effect?.kind === 'foreign' && effect.when === 'after')
        deployForeign(effect, call);
    return result;
}
// A hand-written world can be broken in ways no check foresees; the client is told, and the emulator lives on.
function attempt(operation, call, malformed) {
    try {
        return perform(operation, call, malformed);
    }
    catch (error) {
        return refuse('InternalError', `The emulator failed: ${String(error)}`);
    }
}
function deployForeign(effect, { world, parameters, now }) {
    const name = parameters['Name'] ?? '';
    if (findRoutine(world, name) === undefined)
        return;
    const asked = environmentNames.find((known) => known === parameters['Env']);
    const environment = effect.env ?? asked ?? 'production';
    const { codeVersions, lag: reads = 0 } = effect;
    deployUnseen(world, { routine: name, environment, codeVersions, at: now, by: 'somebody else', reads });
}
//# sourceMappingURL=api-server.js.map
;// CONCATENATED MODULE: external "node:stream/consumers"
const consumers_namespaceObject = require("node:stream/consumers");
;// CONCATENATED MODULE: ./build/emulator/control.js



const controlPrefix = '/_emulator/';
/** What other processes may see and do; the value returned is answered as JSON. */
const routes = {
    'GET /_emulator/world': ({ world }) => world,
    'PUT /_emulator/world': ({ world }, body) => replaceWorld(world, JSON.parse(body)),
    'GET /_emulator/requests': ({ requests }) => requests,
    'GET /_emulator/edge': ({ edgeStats }) => edgeStats,
    'POST /_emulator/faults': ({ faults }, body) => {
        const given = JSON.parse(body);
        if (!Array.isArray(given))
            throw new TypeError('faults are a JSON array');
        faults.add(given.map(readFault));
        return { added: given.length };
    },
    'POST /_emulator/deploy': ({ world, now }, body) => {
        const { routine, env, codeVersions } = JSON.parse(body);
        const environment = environmentNames.find((known) => known === env);
        if (environment === undefined)
            throw new TypeError('env is staging or production');
        if (routine === undefined || findRoutine(world, routine) === undefined)
            throw new TypeError('no such routine');
        if (!Array.isArray(codeVersions))
            throw new TypeError('codeVersions is a list of {codeVersion, percentage}');
        return { deployId: deploy(world, routine, environment, codeVersions, now()) };
    },
};
function readFault(given) {
    const { kind } = given?.effect ?? {};
    if (kind === undefined || !effectKinds.includes(kind)) {
        throw new TypeError(`the kind of an effect is one of ${effectKinds.join(', ')}`);
    }
    return given;
}
/** Puts another world in the place of this one; the object stays, because others hold it. */
function replaceWorld(world, seed) {
    const next = completeWorld(seed);
    return Object.assign(world, next);
}
/** Serves the control plane: unsigned, and for that reason to loopback only. */
function controlHandler(context) {
    return (message, response) => {
        if (!isLoopback(message.socket.remoteAddress ?? '')) {
            reply(response, 403, { error: 'loopback only' });
            return;
        }
        control_answer(context, message, response).catch(() => message.socket.destroy());
    };
}
async function control_answer(context, message, response) {
    const body = await (0,consumers_namespaceObject.text)(message);
    const name = `${message.method} ${message.url?.split('?')[0]}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (route === undefined) {
        reply(response, 404, { error: `no such route; there are: ${Object.keys(routes).join(', ')}` });
        return;
    }
    let result;
    try {
        result = route(context, body);
    }
    catch (error) {
        reply(response, 400, { error: String(error) });
        return;
    }
    context.changed();
    reply(response, 200, result);
}
/** Whether an address, as a socket names its peer, is of this machine only. */
function isLoopback(address) {
    return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}
function reply(response, status, value) {
    const body = JSON.stringify(value);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
}
//# sourceMappingURL=control.js.map
;// CONCATENATED MODULE: ./build/emulator/edge.js

/**
 * Smooth weighted round robin, as nginx has it: `turns` holds each version's running weight and is updated in place.
 * It repeats after as many picks as the weights sum to, so any 100 in a row meet a split of 100 % exactly.
 */
function pick(split, turns) {
    let best;
    let most = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const { codeVersion, percentage } of split) {
        const turn = (turns.get(codeVersion) ?? 0) + percentage;
        turns.set(codeVersion, turn);
        total += percentage;
        if (turn > most)
            [best, most] = [codeVersion, turn];
    }
    if (best !== undefined)
        turns.set(best, most - total);
    return best;
}
/** Whether the n-th request, counted from 1, is among the failing share: evenly spread, exact over any whole period. */
function fails(n, share) {
    // A share such as 0.1 is a little off in binary; the margin keeps 10 * 0.1 from falling short of 1.
    const due = (count) => Math.floor(count * share + 1e-9);
    return due(n) > due(n - 1);
}
/** Serves `/{env}/{routine}/anything` by the live split there; any other path by the first routine's production. */
function edgeHandler(world, stats, later) {
    const rounds = new Map();
    return (message, response) => {
        message.resume();
        const { environment, name } = target(world, message.url ?? '/');
        const deployment = findRoutine(world, name)?.environments[environment].current;
        if (deployment === undefined) {
            edge_reply(response, 404, `nothing is live: ${name} in ${environment}\n`);
            return;
        }
        const round = roundOf(rounds, `${environment}/${name}`, deployment);
        const codeVersion = pick(deployment.codeVersions, round.turns);
        if (codeVersion === undefined) {
            edge_reply(response, 404, `the live split is empty: ${name} in ${environment}\n`);
            return;
        }
        const count = (round.served.get(codeVersion) ?? 0) + 1;
        round.served.set(codeVersion, count);
        serve({ world, stats, later, response, name, codeVersion, count });
    };
}
function target(world, url) {
    const [, first, second] = (url.split('?')[0] ?? '').split('/');
    const environment = environmentNames.find((known) => known === first);
    if (environment !== undefined && second)
        return { environment, name: second };
    return { environment: 'production', name: Object.keys(world.routines)[0] ?? '' };
}
function roundOf(rounds, place, { deployId }) {
    const running = rounds.get(place);
    if (running?.deployId === deployId)
        return running;
    const fresh = { deployId, turns: new Map(), served: new Map() };
    rounds.set(place, fresh);
    return fresh;
}
function serve({ world, stats, later, response, name, codeVersion, count }) {
    const routine = findRoutine(world, name);
    const version = routine && findVersion(routine, codeVersion);
    const { failureShare = 0, status = 500, latency = 0, omitVersionHeader = false } = version?.misbehaviour ?? {};
    const failed = fails(count, failureShare);
    stats.requests[codeVersion] = (stats.requests[codeVersion] ?? 0) + 1;
    if (failed)
        stats.failures[codeVersion] = (stats.failures[codeVersion] ?? 0) + 1;
    if (!omitVersionHeader)
        response.setHeader('x-code-version', codeVersion);
    const text = `${name} ${codeVersion} ${version?.description ?? ''}`.trimEnd();
    const answer = () => edge_reply(response, failed ? status : 200, `${text}\n`);
    if (latency > 0)
        later(answer, latency);
    else
        answer();
}
function edge_reply(response, status, text) {
    response.writeHead(status, { 'content-type': 'text/plain;charset=utf-8', 'content-length': Buffer.byteLength(text) });
    response.end(text);
}
//# sourceMappingURL=edge.js.map
;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
;// CONCATENATED MODULE: ./build/emulator/listener.js


/** Starts to listen. Rejects with the error of node:net (EADDRINUSE and the like) when that fails. */
async function listen(handle, { port, host, tls }) {
    const server = tls === undefined ? (0,external_node_http_namespaceObject.createServer)(handle) : (0,external_node_https_namespaceObject.createServer)({ ...tls }, handle);
    const sockets = new Set();
    const numbers = new Map();
    let accepted = 0;
    // Node's 5 s is shorter than a polling client's pause: reuse would meet a closing socket, which is no fault asked for.
    server.keepAliveTimeout = 65_000;
    server.on('connection', (socket) => {
        accepted += 1;
        sockets.add(socket);
        numbers.set(peer(socket), accepted);
        socket.once('close', () => sockets.delete(socket));
    });
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
            server.off('error', reject);
            resolve();
        });
    });
    const { port: actual } = server.address();
    const shownHost = host.includes(':') ? `[${host}]` : host;
    return {
        url: `${tls === undefined ? 'http' : 'https'}://${shownHost}:${actual}`,
        connections: () => accepted,
        connectionOf: (message) => numbers.get(peer(message.socket)) ?? 0,
        close: () => new Promise((resolve) => {
            server.close(() => resolve());
            for (const socket of sockets)
                socket.destroy();
        }),
    };
}
// A TLS socket is another object than the connection beneath it, but both know the same peer.
function peer({ remoteAddress, remotePort }) {
    return `${remoteAddress} ${remotePort}`;
}
//# sourceMappingURL=listener.js.map
;// CONCATENATED MODULE: ./build/emulator/start-world.js

const day = 86_400_000;
const greetings = [
    { description: 'v1: greet in English', greeting: 'Hello' },
    { description: 'v2: greet in French', greeting: 'Bonjour' },
    { description: 'v3: greet in Spanish', greeting: 'Hola' },
];
/**
 * The world of an emulator that runs alone: the routine `hello` with three Available versions, a day apart, the oldest
 * at 100 % in both environments, and one credential. `at` in ms since the epoch.
 */
function startWorld(at = Date.now()) {
    const world = emptyWorld();
    const born = at - (greetings.length + 1) * day;
    addRoutine(world, 'hello', { description: 'says hello' }, born);
    const versions = greetings.map(({ description, greeting }, index) => {
        const code = `export default { fetch: () => new Response('${greeting}') };\n`;
        return addVersion(world, 'hello', { description, code }, born + index * day);
    });
    for (const environment of environmentNames) {
        deploy(world, 'hello', environment, [{ codeVersion: String(versions[0]), percentage: 100 }], at - day);
    }
    return world;
}
//# sourceMappingURL=start-world.js.map
;// CONCATENATED MODULE: ./build/emulator/state-file.js


/** The world in the file, or undefined when there is no file. Throws an Error that names the file when it is no world. */
function loadWorld(file) {
    if (!(0,external_node_fs_namespaceObject.existsSync)(file))
        return undefined;
    try {
        return completeWorld(JSON.parse((0,external_node_fs_namespaceObject.readFileSync)(file, 'utf8')));
    }
    catch (error) {
        throw new Error(`${file} holds no world: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
        });
    }
}
/**
 * A function that writes the world when it differs from what it wrote last. The file is replaced as a whole, so that
 * whoever reads it, or is killed in between, never meets half of one. It holds secrets: only its owner may read it.
 */
function worldSaver(world, file) {
    let saved = '';
    return () => {
        const text = `${JSON.stringify(world, null, 2)}\n`;
        if (text === saved)
            return;
        const temporary = `${file}.${process.pid}.tmp`;
        try {
            (0,external_node_fs_namespaceObject.writeFileSync)(temporary, text, { mode: 0o600 });
            (0,external_node_fs_namespaceObject.renameSync)(temporary, file);
        }
        catch (error) {
            (0,external_node_fs_namespaceObject.rmSync)(temporary, { force: true });
            throw error;
        }
        saved = text;
    };
}
//# sourceMappingURL=state-file.js.map
;// CONCATENATED MODULE: ./build/emulator/storage.js


/** The part of object storage that a code upload needs: POST of a multipart form, errors in XML. */
function storageHandler({ world, now, changed }) {
    return (message, response) => {
        take(world, now, message)
            .then(({ status, code }) => {
            changed();
            response.writeHead(status, { 'content-type': 'application/xml' });
            return response.end(code === undefined ? '' : `<?xml version="1.0"?>\n<Error><Code>${code}</Code></Error>\n`);
        })
            .catch(() => message.socket.destroy());
    };
}
async function take(world, now, message) {
    const body = await (0,consumers_namespaceObject.buffer)(message);
    if (message.method !== 'POST')
        return { status: 405, code: 'MethodNotAllowed' };
    try {
        return storeUpload(world, await readForm(body, message.headers['content-type'] ?? ''), now());
    }
    catch {
        return { status: 400, code: 'MalformedPOSTRequest' };
    }
}
async function readForm(body, contentType) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const fields = new Map();
    for (const [name, value] of form)
        fields.set(name, typeof value === 'string' ? value : await value.text());
    return fields;
}
//# sourceMappingURL=storage.js.map
;// CONCATENATED MODULE: ./build/emulator/emulator.js














/**
 * Starts an ESA API endpoint with real state, and an edge that serves routines by weight. Rejects when a port is taken
 * (the error of node:net) or the state file holds no world.
 */
async function startEmulator(options = {}) {
    const { host = '127.0.0.1', tls, stateFile, now = Date.now } = options;
    const stored = stateFile === undefined ? undefined : loadWorld(stateFile);
    const world = stored ?? (options.world === undefined ? startWorld(now()) : completeWorld(options.world));
    const changed = stateFile === undefined ? () => { } : worldSaver(world, stateFile);
    const faults = faultScript();
    const requests = [];
    const edgeStats = { requests: {}, failures: {} };
    const timers = timerSet();
    let api;
    const control = controlHandler({ world, faults, requests, edgeStats, now, changed });
    const operations = apiHandler({
        world,
        faults,
        requests,
        now,
        connectionOf: (message) => api?.connectionOf(message) ?? 0,
        origin: () => api?.url ?? '',
        changed,
        later: timers.later,
    });
    const storage = storageHandler({ world, now, changed });
    const byPath = [
        { prefix: controlPrefix, handle: control },
        { prefix: storagePath, handle: storage },
        { prefix: '', handle: operations },
    ];
    const route = (message, response) => byPath.find(({ prefix }) => message.url?.startsWith(prefix))?.handle(message, response);
    const apiListener = await listen(route, { port: options.port ?? 0, host, tls });
    api = apiListener;
    const serveEdge = edgeHandler(world, edgeStats, timers.later);
    const edge = await listen(serveEdge, { port: options.edgePort ?? 0, host }).catch(async (error) => {
        await apiListener.close();
        throw error;
    });
    changed();
    const close = async () => {
        timers.clear();
        await Promise.all([apiListener.close(), edge.close()]);
        changed();
    };
    return {
        api: apiListener.url,
        edge: edge.url,
        world,
        requests,
        edgeStats,
        get connections() {
            return apiListener.connections();
        },
        script: (...more) => faults.add(more),
        close,
        [Symbol.asyncDispose]: close,
    };
}
function timerSet() {
    const running = new Set();
    const later = (callback, ms) => {
        const timer = setTimeout(() => {
            running.delete(timer);
            callback();
        }, ms);
        running.add(timer);
    };
    const clear = () => {
        for (const timer of running)
            clearTimeout(timer);
        running.clear();
    };
    return { later, clear };
}
//# sourceMappingURL=emulator.js.map
;// CONCATENATED MODULE: ./build/emulator/main.js



const help = `Usage: npm run emulator -- [options]

  --port N          port of the API (default: any free one)
  --edge-port N     port of the edge (default: any free one)
  --tls-cert FILE   PEM certificate; with --tls-key the API speaks HTTPS
  --tls-key FILE    PEM private key
  --state FILE      load the world from FILE if it exists, save it there after each change
  --rate N          requests per second that the account may send (default: no limit)
  --help            this text

The first line on stdout is JSON: api, edge, accessKeyId, accessKeySecret, routine, versions (oldest first).
`;
const known = {
    port: { type: 'string' },
    'edge-port': { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    state: { type: 'string' },
    rate: { type: 'string' },
    help: { type: 'boolean' },
};
/** Reads the arguments: what to run with, or every mistake at once. */
function readArguments(args) {
    // Not strict: strict stops at the first mistake.
    const { values, tokens } = (0,external_node_util_namespaceObject.parseArgs)({
        args: [...args],
        options: known,
        strict: false,
        allowPositionals: true,
        tokens: true,
    });
    const mistakes = [];
    for (const token of tokens) {
        if (token.kind === 'positional')
            mistakes.push(`unexpected argument: ${token.value}`);
        if (token.kind !== 'option')
            continue;
        if (!Object.hasOwn(known, token.name))
            mistakes.push(`unknown option: ${token.rawName}`);
        else if (token.name !== 'help' && !token.value)
            mistakes.push(`${token.rawName} needs a value`);
        else if (token.name === 'help' && token.value !== undefined)
            mistakes.push('--help takes no value');
    }
    const text = (name) => (typeof values[name] === 'string' ? values[name] : undefined);
    const port = readPort('--port', text('port'), mistakes);
    const edgePort = readPort('--edge-port', text('edge-port'), mistakes);
    const rate = readRate(text('rate'), mistakes);
    const cert = readPem('--tls-cert', text('tls-cert'), mistakes);
    const key = readPem('--tls-key', text('tls-key'), mistakes);
    if ((values['tls-cert'] === undefined) !== (values['tls-key'] === undefined)) {
        mistakes.push('--tls-cert and --tls-key go together');
    }
    if (mistakes.length > 0)
        return { kind: 'mistakes', mistakes };
    if (values.help === true)
        return { kind: 'help' };
    const stateFile = text('state');
    const tls = cert !== undefined && key !== undefined ? { tls: { cert, key } } : {};
    return { kind: 'run', rate, options: { port, edgePort, ...tls, ...(stateFile !== undefined && { stateFile }) } };
}
function readPort(option, text, mistakes) {
    if (!text)
        return 0;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (port <= 65_535)
        return port;
    mistakes.push(`${option} is ${text}: a port is 0 to 65535`);
    return 0;
}
function readRate(text, mistakes) {
    if (!text)
        return undefined;
    if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text))
        return Number(text);
    mistakes.push(`--rate is ${text}: a rate is a number of requests per second, 0 for no limit`);
    return undefined;
}
function readPem(option, file, mistakes) {
    if (!file)
        return undefined;
    try {
        return (0,external_node_fs_namespaceObject.readFileSync)(file, 'utf8');
    }
    catch (error) {
        mistakes.push(`${option} cannot be read: ${messageOf(error)}`);
        return undefined;
    }
}
/** What a caller needs to use the emulator: the first routine with its versions, and the first credential. */
function firstLine(api, edge, world) {
    const [routine, found] = Object.entries(world.routines)[0] ?? [];
    const { accessKeyId, accessKeySecret } = world.credentials[0] ?? {};
    const versions = found?.versions.map(({ codeVersion }) => codeVersion) ?? [];
    return JSON.stringify({ api, edge, accessKeyId, accessKeySecret, routine, versions });
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
async function run(options, rate) {
    const emulator = await startEmulator(options);
    if (rate !== undefined)
        emulator.world.quirks.requestsPerSecond = rate;
    for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, () => void emulator.close().then(() => process.exit(0)));
    }
    process.stdout.write(`${firstLine(emulator.api, emulator.edge, emulator.world)}\n`);
}
const asked = readArguments(process.argv.slice(2));
if (asked.kind === 'help')
    process.stdout.write(help);
if (asked.kind === 'mistakes') {
    process.stderr.write(`${asked.mistakes.join('\n')}\n\n${help}`);
    process.exitCode = 2;
}
if (asked.kind === 'run') {
    run(asked.options, asked.rate).catch((error) => {
        const { code, port } = error;
        process.stderr.write(`${code === 'EADDRINUSE' ? `port ${port} is in use` : messageOf(error)}\n`);
        process.exitCode = 1;
    });
}
//# sourceMappingURL=main.js.map
module.exports = __webpack_exports__;
/******/ })()
;