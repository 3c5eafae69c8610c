(() => {
    "use strict";
    var __nccwpck_require__ = {};
    (() => {
        __nccwpck_require__.d = (exports, definition) => {
            for (var key in definition) __nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key) && Object.defineProperty(exports, key, {
                enumerable: !0,
                get: definition[key]
            });
        };
    })();
    (() => {
        __nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop);
    })();
    (() => {
        __nccwpck_require__.r = exports => {
            typeof Symbol !== "undefined" && Symbol.toStringTag && Object.defineProperty(exports, Symbol.toStringTag, {
                value: "Module"
            });
            Object.defineProperty(exports, "__esModule", {
                value: !0
            });
        };
    })();
    var __webpack_exports__ = {};
    __nccwpck_require__.r(__webpack_exports__);
    __nccwpck_require__.d(__webpack_exports__, {
        measureBy: () => measureBy
    });
    const external_node_child_process_namespaceObject = require("node:child_process");
    const CANNOT_TELL = 75;
    const OUTPUT_KEPT = 65536;
    const LINES_SHOWN = 200;
    async function checkCommand(gate, situation, signal) {
        const started = performance.now();
        const ended = await run(gate, {
            ...withoutRunner(gate.environment),
            ...told(situation)
        }, signal);
        ended.output !== "" && gate.show(firstLines(ended.output));
        const health = ended.timedOut || ended.code === CANNOT_TELL ? "unknown" : ended.code === 0 ? "good" : "bad";
        const seen = ended.timedOut ? `no exit within ${gate.timeout / 1e3} s` : ended.code === null ? `killed by ${ended.signal}` : `exit ${ended.code}`;
        const failure = {
            target: "gate-command",
            seen: seen,
            took: Math.round(performance.now() - started),
            version: void 0
        };
        return {
            source: "gate-command",
            good: Number(health === "good"),
            bad: Number(health === "bad"),
            unknown: Number(health === "unknown"),
            share: void 0,
            failures: health === "good" ? [] : [ failure ]
        };
    }
    function firstLines(output) {
        const lines = output.trimEnd().split("\n");
        if (lines.length <= LINES_SHOWN) return output;
        return [ ...lines.slice(0, LINES_SHOWN), `(${lines.length - LINES_SHOWN} more lines)` ].join("\n");
    }
    async function run({command: command, folder: folder, timeout: timeout}, env, cancel) {
        return new Promise(done => {
            const child = (0, external_node_child_process_namespaceObject.spawn)(command, {
                shell: !0,
                cwd: folder,
                env: env,
                detached: !0,
                stdio: [ "ignore", "pipe", "pipe" ]
            });
            let output = "";
            let timedOut = !1;
            const take = chunk => {
                output = (output + chunk).slice(0, OUTPUT_KEPT);
            };
            for (const stream of [ child.stdout, child.stderr ]) stream.setEncoding("utf8");
            const kill = () => {
                if (child.pid === void 0 || child.exitCode !== null) return;
                try {
                    process.kill(-child.pid, "SIGKILL");
                } catch (error) {
                    if (error.code !== "ESRCH") throw error;
                }
            };
            const timer = setTimeout(() => {
                timedOut = !0;
                kill();
            }, timeout);
            cancel.addEventListener("abort", kill, {
                once: !0
            });
            child.stdout.on("data", take);
            child.stderr.on("data", take);
            const finish = (code, signal) => {
                clearTimeout(timer);
                cancel.removeEventListener("abort", kill);
                done({
                    code: code,
                    signal: signal,
                    output: output,
                    timedOut: timedOut
                });
            };
            child.once("error", error => {
                output += error.message;
                finish(CANNOT_TELL, null);
            });
            child.once("exit", (code, signal) => setImmediate(() => finish(code, signal)));
        });
    }
    function withoutRunner(environment) {
        const own = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:OUTPUT|STATE|ENV|PATH|STEP_SUMMARY)$)/i;
        return Object.fromEntries(Object.entries(environment).filter(([name, value]) => !own.test(name) && !value?.includes(COMMAND_FILES)));
    }
    const COMMAND_FILES = "_runner_file_commands";
    function told({routine: routine, env: env, canary: canary, stable: stable, weight: weight, step: step}) {
        return {
            CANARY_ROUTINE: routine,
            CANARY_ENV: env,
            CANARY_VERSION: canary,
            CANARY_STABLE: stable,
            CANARY_WEIGHT: String(weight),
            CANARY_STEP: String(step)
        };
    }
    const CONFIDENCE = .95;
    function sampleSize(weight) {
        if (weight >= 100) return 1;
        return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - weight / 100));
    }
    function isHopeless(gate, bad, sample) {
        return !isEnough(gate, sample - bad, bad);
    }
    function isEnough({successRate: successRate}, good, bad) {
        return good * 100 >= successRate * (good + bad);
    }
    const external_node_net_namespaceObject = require("node:net");
    const PRIVATE = new external_node_net_namespaceObject.BlockList;
    for (const [network, prefix] of [ [ "0.0.0.0", 8 ], [ "10.0.0.0", 8 ], [ "100.64.0.0", 10 ], [ "127.0.0.0", 8 ], [ "169.254.0.0", 16 ], [ "172.16.0.0", 12 ], [ "192.0.0.0", 24 ], [ "192.168.0.0", 16 ], [ "198.18.0.0", 15 ], [ "224.0.0.0", 3 ] ]) PRIVATE.addSubnet(network, prefix, "ipv4");
    for (const [network, prefix] of [ [ "::", 127 ], [ "fc00::", 7 ], [ "fe80::", 10 ], [ "ff00::", 8 ] ]) PRIVATE.addSubnet(network, prefix, "ipv6");
    function isPrivateAddress(address) {
        const bare = address.replace(/^\[|\]$/g, "");
        const mapped = /^::ffff:([0-9.]+)$/i.exec(bare)?.[1];
        if (mapped !== void 0) return isPrivateAddress(mapped);
        const family = (0, external_node_net_namespaceObject.isIP)(bare);
        if (family === 0) return !1;
        return PRIVATE.check(bare, family === 6 ? "ipv6" : "ipv4");
    }
    const external_node_dns_namespaceObject = require("node:dns");
    const external_node_http_namespaceObject = require("node:http");
    const external_node_https_namespaceObject = require("node:https");
    function getProxyUrl(reqUrl) {
        const usingSsl = reqUrl.protocol === "https:";
        if (checkBypass(reqUrl)) return;
        const proxyVar = (() => usingSsl ? process.env["https_proxy"] || process.env["HTTPS_PROXY"] : process.env["http_proxy"] || process.env["HTTP_PROXY"])();
        if (!proxyVar) return;
        try {
            return new DecodedURL(proxyVar);
        } catch (_a) {
            if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://")) return new DecodedURL(`http://${proxyVar}`);
        }
    }
    function checkBypass(reqUrl) {
        if (!reqUrl.hostname) return !1;
        const reqHost = reqUrl.hostname;
        if (isLoopbackAddress(reqHost)) return !0;
        const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
        if (!noProxy) return !1;
        let reqPort;
        reqUrl.port ? reqPort = Number(reqUrl.port) : reqUrl.protocol === "http:" ? reqPort = 80 : reqUrl.protocol === "https:" && (reqPort = 443);
        const upperReqHosts = [ reqUrl.hostname.toUpperCase() ];
        typeof reqPort === "number" && upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
        for (const upperNoProxyItem of noProxy.split(",").map(x => x.trim().toUpperCase()).filter(x => x)) if (upperNoProxyItem === "*" || upperReqHosts.some(x => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith(".") && x.endsWith(`${upperNoProxyItem}`))) return !0;
        return !1;
    }
    function isLoopbackAddress(host) {
        const hostLower = host.toLowerCase();
        return hostLower === "localhost" || hostLower.startsWith("127.") || hostLower.startsWith("[::1]") || hostLower.startsWith("[0:0:0:0:0:0:0:1]");
    }
    class DecodedURL extends URL {
        constructor(url, base) {
            super(url, base);
            this._decodedUsername = decodeURIComponent(super.username);
            this._decodedPassword = decodeURIComponent(super.password);
        }
        get username() {
            return this._decodedUsername;
        }
        get password() {
            return this._decodedPassword;
        }
    }
    const http_proxy_agent_cjs_namespaceObject = require("./lazy/http-proxy-agent.cjs");
    const https_proxy_agent_cjs_namespaceObject = require("./lazy/https-proxy-agent.cjs");
    const METADATA = "100.100.100.200";
    const agents = new Map;
    function proxyFor(url) {
        return url.hostname === METADATA ? void 0 : getProxyUrl(url);
    }
    function proxyAgent(url) {
        const proxy = proxyFor(url);
        if (proxy === void 0) return;
        const key = `${url.protocol} ${proxy.href}`;
        const known = agents.get(key);
        if (known !== void 0) return known;
        const agent = url.protocol === "https:" ? tunnel(proxy) : new http_proxy_agent_cjs_namespaceObject.HttpProxyAgent(proxy.href);
        agents.set(key, agent);
        return agent;
    }
    function tunnel(proxy) {
        const agent = new https_proxy_agent_cjs_namespaceObject.HttpsProxyAgent(proxy.href);
        agent.on("proxyConnect", ({statusCode: statusCode}, request) => {
            if (statusCode === 200) return;
            const code = statusCode >= 500 ? "ProxyFailed" : "ProxyRefused";
            request.destroy(Object.assign(new Error(`the proxy answered HTTP ${statusCode}`), {
                code: code
            }));
        });
        return agent;
    }
    const external_node_async_hooks_namespaceObject = require("node:async_hooks");
    const external_node_diagnostics_channel_namespaceObject = require("node:diagnostics_channel");
    const LONGEST_ANSWER = 8388608;
    const HURRIED = 2500;
    const current = new external_node_async_hooks_namespaceObject.AsyncLocalStorage;
    const byRequest = new WeakMap;
    let listening = !1;
    async function watched({connect: connect, total: total, hurry: hurry}, work) {
        listen();
        const started = performance.now();
        let reject = () => {};
        const givenUp = new Promise((_, refuse) => {
            reject = refuse;
        });
        const watch = {
            connected: !1,
            gaveUp: void 0,
            after: 0,
            request: void 0,
            response: void 0,
            bytes: 0,
            requests: new Set,
            sockets: new Set,
            giveUp: why => {
                if (watch.gaveUp !== void 0) return;
                watch.gaveUp = why;
                watch.after = Math.round(performance.now() - started);
                for (const request of watch.requests) request.destroy();
                reject(new Error(`given up: ${why}`));
            }
        };
        const late = () => watch.giveUp(watch.connected ? "waiting" : "connecting");
        const timers = [ setTimeout(late, hurry.aborted ? Math.min(total, HURRIED) : total) ];
        timers.push(setTimeout(() => watch.connected || late(), connect));
        const makeHaste = () => timers.push(setTimeout(late, HURRIED));
        hurry.addEventListener("abort", makeHaste, {
            once: !0
        });
        try {
            return {
                ok: !0,
                value: await current.run(watch, () => Promise.race([ work(), givenUp ])),
                seen: watch
            };
        } catch (error) {
            return {
                ok: !1,
                error: error,
                seen: watch
            };
        } finally {
            for (const timer of timers) clearTimeout(timer);
            hurry.removeEventListener("abort", makeHaste);
            if (watch.gaveUp !== void 0 || !watch.connected) for (const socket of watch.sockets) socket.destroy();
        }
    }
    function listen() {
        if (listening) return;
        listening = !0;
        (0, external_node_diagnostics_channel_namespaceObject.subscribe)("http.client.request.created", message => begin(message.request));
        (0, external_node_diagnostics_channel_namespaceObject.subscribe)("http.client.request.start", message => {
            const {request: request} = message;
            begin(request);
            noteConnection(request, byRequest.get(request));
        });
        (0, external_node_diagnostics_channel_namespaceObject.subscribe)("http.client.response.finish", message => {
            const {request: request, response: response} = message;
            const watch = byRequest.get(request);
            if (watch === void 0) return;
            watch.response = response;
            bound(response, watch, () => !0);
        });
        (0, external_node_diagnostics_channel_namespaceObject.subscribe)("net.client.socket", message => {
            const watch = current.getStore();
            const {socket: socket} = message;
            if (watch === void 0) return;
            watch.sockets.add(socket);
            bound(socket, watch, () => !watch.connected);
        });
    }
    function begin(request) {
        const watch = current.getStore();
        if (watch === void 0 || byRequest.has(request)) return;
        byRequest.set(request, watch);
        watch.requests.add(request);
        watch.request = request;
        watch.gaveUp !== void 0 && request.destroy();
    }
    function noteConnection(request, watch) {
        const socket = request.socket;
        if (watch === void 0 || socket === null) return;
        const connected = () => {
            watch.connected = !0;
        };
        socket.connecting || socket.secureConnecting ? socket.once(socket.encrypted ? "secureConnect" : "connect", connected) : connected();
    }
    function bound(stream, watch, counts) {
        const push = stream.push.bind(stream);
        stream.push = (chunk, encoding) => {
            counts() && (watch.bytes += chunk?.length ?? 0);
            watch.bytes > LONGEST_ANSWER && watch.giveUp("too-long");
            return push(chunk, encoding);
        };
    }
    const MOST_REDIRECTS = 10;
    const REDIRECTS = new Set([ 301, 302, 303, 307, 308 ]);
    async function probe(asking) {
        const started = performance.now();
        const took = () => performance.now() - started;
        const versions = [];
        let url = new URL(asking.url);
        let mayBePrivate = !0;
        for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
            const left = asking.timeout - took();
            const seen = await ask(url, mayBePrivate, left, asking);
            if (seen.kind === "silent") return {
                kind: "silent",
                took: took()
            };
            if (seen.kind === "unmeasured") return {
                ...seen,
                took: took()
            };
            hop === 0 && (mayBePrivate = asking.isPrivate(seen.address));
            versions.push(...named(seen.response, asking.versionHeader));
            const next = redirection(seen.response, url);
            if (next === void 0) return {
                kind: "answered",
                status: seen.response.statusCode ?? 0,
                took: took(),
                versions: versions
            };
            url = next;
        }
        return {
            kind: "unmeasured",
            took: took(),
            why: `more than ${MOST_REDIRECTS} redirects`
        };
    }
    const WHY = {
        connecting: "no connection in time",
        waiting: "no answer by the proxy in time"
    };
    async function ask(url, mayBePrivate, timeout, asking) {
        if (!mayBePrivate && asking.isPrivate(url.hostname)) return {
            kind: "unmeasured",
            why: "redirected into a private network"
        };
        const time = Math.max(1, timeout);
        const hurry = (new AbortController).signal;
        const asked = await watched({
            connect: time,
            total: time,
            hurry: hurry
        }, () => get(url, mayBePrivate, asking));
        if (asked.ok) return asked.value;
        const plainProxy = url.protocol === "http:" && proxyAgent(url) !== void 0;
        if (asked.seen.gaveUp === "waiting" && !plainProxy) return {
            kind: "silent"
        };
        const {code: code, message: message} = asked.error;
        return {
            kind: "unmeasured",
            why: WHY[asked.seen.gaveUp ?? "failed"] ?? code ?? message
        };
    }
    function get(url, mayBePrivate, {signal: signal, isPrivate: isPrivate}) {
        return new Promise((done, failed) => {
            const proxy = proxyAgent(url);
            const request = (url.protocol === "https:" ? external_node_https_namespaceObject.request : external_node_http_namespaceObject.request)(url, {
                agent: proxy ?? !1,
                headers: {
                    "user-agent": "esa-canary-deploy (gate)",
                    accept: "*/*",
                    "cache-control": "no-cache"
                },
                lookup: mayBePrivate ? external_node_dns_namespaceObject.lookup : publicOnly(isPrivate),
                signal: signal
            });
            request.once("response", response => {
                const address = proxy === void 0 ? response.socket.remoteAddress ?? "" : url.hostname;
                discard(response, request);
                proxy !== void 0 && mayBeOfProxy(url, response) ? failed(new Error(`the proxy may have answered: HTTP ${response.statusCode}`)) : done({
                    kind: "response",
                    response: response,
                    address: address
                });
            });
            request.once("error", failed);
            request.end();
        });
    }
    function mayBeOfProxy({protocol: protocol}, {statusCode: statusCode = 0, headers: headers}) {
        if (protocol === "https:") return !1;
        const signed = [ "proxy-status", "proxy-authenticate", "x-squid-error" ].some(name => headers[name] !== void 0);
        return signed || [ 407, 502, 503, 504 ].includes(statusCode);
    }
    function discard(response, request) {
        response.on("error", () => {});
        request.destroy();
    }
    function named(response, header) {
        const value = header === void 0 ? void 0 : response.headers[header];
        return value === void 0 ? [] : [ String(value).trim() ];
    }
    function redirection(response, from) {
        const {location: location} = response.headers;
        if (!REDIRECTS.has(response.statusCode ?? 0) || location === void 0) return;
        const next = URL.canParse(location, from.href) ? new URL(location, from) : void 0;
        return next !== void 0 && /^https?:$/.test(next.protocol) ? next : void 0;
    }
    const publicOnly = isPrivate => (hostname, options, callback) => {
        (0, external_node_dns_namespaceObject.lookup)(hostname, {
            ...options,
            all: !0
        }, (error, addresses) => {
            if (error !== null) return callback(error, []);
            if (addresses.some(({address: address}) => isPrivate(address))) return callback(Object.assign(new Error("redirected into a private network"), {
                code: "redirected into a private network"
            }), []);
            const [first] = addresses;
            if (options.all === !0) return callback(null, addresses);
            return callback(null, first?.address ?? "", first?.family ?? 4);
        });
    };
    const AT_ONCE = 8;
    const PROBE_TIMEOUT = 1e4;
    const FAILURES_KEPT = 3;
    async function checkHttp(http, gate, canary, weight, signal) {
        const perUrl = sampleSize(weight);
        const jobs = Array.from({
            length: perUrl
        }, () => http.urls).flat();
        const tally = {
            good: 0,
            bad: 0,
            unknown: 0,
            canary: 0,
            named: 0,
            failures: []
        };
        const all = stoppable(signal);
        const worker = async () => {
            for (let url = jobs.pop(); url !== void 0 && !all.stopped(); url = jobs.pop()) {
                const asking = {
                    url: url,
                    versionHeader: http.versionHeader,
                    timeout: PROBE_TIMEOUT,
                    isPrivate: isPrivateAddress
                };
                const seen = await all.run(own => probe({
                    ...asking,
                    signal: own
                }));
                if (all.stopped()) return;
                count(tally, http, canary, url, seen);
                isHopeless(gate, tally.bad, perUrl * http.urls.length) && all.stop();
            }
        };
        await Promise.all(Array.from({
            length: Math.min(AT_ONCE, jobs.length)
        }, worker)).finally(all.end);
        const {good: good, bad: bad, unknown: unknown, failures: failures} = tally;
        const share = http.versionHeader === void 0 ? void 0 : {
            canary: tally.canary,
            named: tally.named
        };
        return {
            source: "gate-url",
            good: good,
            bad: bad,
            unknown: unknown,
            share: share,
            failures: failures
        };
    }
    function stoppable(signal) {
        const running = new Set;
        let stopped = signal.aborted;
        const stop = () => {
            stopped = !0;
            for (const own of running) own.abort();
        };
        signal.addEventListener("abort", stop, {
            once: !0
        });
        return {
            stop: stop,
            stopped: () => stopped,
            run: async work => {
                const own = new AbortController;
                running.add(own);
                return work(own.signal).finally(() => running.delete(own));
            },
            end: () => signal.removeEventListener("abort", stop)
        };
    }
    function count(tally, http, canary, url, seen) {
        const version = seen.kind === "answered" ? seen.versions.at(-1) : void 0;
        if (seen.kind === "answered" && seen.versions.length > 0) {
            tally.named += 1;
            if (!seen.versions.includes(canary)) return;
            tally.canary += 1;
        }
        const problem = problemOf(http, seen);
        const unnamed = http.versionHeader !== void 0 && version === void 0;
        seen.kind === "unmeasured" || unnamed ? tally.unknown += 1 : problem === void 0 ? tally.good += 1 : tally.bad += 1;
        if (problem === void 0 || tally.failures.length >= FAILURES_KEPT) return;
        tally.failures.push({
            target: url,
            seen: problem,
            took: Math.round(seen.took),
            version: version
        });
    }
    function problemOf({expect: expect, latency: latency}, seen) {
        if (seen.kind === "unmeasured") return `not measured (${seen.why})`;
        if (seen.kind === "silent") return `no answer within ${PROBE_TIMEOUT / 1e3} s`;
        if (!expect.some(({from: from, to: to}) => seen.status >= from && seen.status <= to)) return `HTTP ${seen.status}`;
        if (latency !== void 0 && seen.took > latency) return `HTTP ${seen.status} after ${Math.round(seen.took)} ms`;
        return;
    }
    const SHORTEST_COMMAND_TIMEOUT = 6e4;
    function measureBy({http: http, command: command}, plan, around) {
        const {rollout: rollout, stable: stable = "", wish: wish} = plan;
        const {gate: gate, canary: canary, steps: steps} = rollout;
        return async weight => {
            if (gate === void 0) return [];
            const checks = [];
            http !== void 0 && checks.push(checkHttp(http, gate, canary, weight, around.cancelled));
            if (command !== void 0) {
                const step = Math.max(1, 1 + steps.findLastIndex(one => one.weight <= weight));
                const timeout = Math.max(SHORTEST_COMMAND_TIMEOUT, gate.interval);
                const situation = {
                    routine: wish.routine,
                    env: wish.env,
                    canary: canary,
                    stable: stable,
                    weight: weight,
                    step: step
                };
                checks.push(checkCommand({
                    command: command,
                    timeout: timeout,
                    ...around
                }, situation, around.cancelled));
            }
            const measurements = await Promise.all(checks);
            return around.cancelled.aborted ? [] : measurements.map(measurement => cleaned(measurement, around.clean));
        };
    }
    function cleaned(measurement, clean) {
        const failures = measurement.failures.map(one => ({
            ...one,
            target: clean(one.target),
            seen: clean(one.seen)
        }));
        return {
            ...measurement,
            failures: failures
        };
    }
    module.exports = __webpack_exports__;
})();
