function lazily(load) {
  let loaded;
  const module = () => loaded ??= load();
  return new Proxy(function() {}, {
    construct: (_, values) => new (module())(...values),
    get: (_, name) => name === "__esModule" || module()[name],
    has: (_, name) => name in module()
  });
}

function absent(name) {
  throw new Error(name + " is not part of this bundle");
}

(() => {
  "use strict";
  var __webpack_modules__ = {
    500: function(__unused_webpack_module, exports, __nccwpck_require__) {
      var __createBinding = this && this.__createBinding || (Object.create ? function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        var desc = Object.getOwnPropertyDescriptor(m, k);
        desc && !("get" in desc ? !m.__esModule : desc.writable || desc.configurable) || (desc = {
          enumerable: !0,
          get: function() {
            return m[k];
          }
        });
        Object.defineProperty(o, k2, desc);
      } : function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        o[k2] = m[k];
      });
      var __setModuleDefault = this && this.__setModuleDefault || (Object.create ? function(o, v) {
        Object.defineProperty(o, "default", {
          enumerable: !0,
          value: v
        });
      } : function(o, v) {
        o["default"] = v;
      });
      var __importStar = this && this.__importStar || function() {
        var ownKeys = function(o) {
          ownKeys = Object.getOwnPropertyNames || function(o) {
            var ar = [];
            for (var k in o) Object.prototype.hasOwnProperty.call(o, k) && (ar[ar.length] = k);
            return ar;
          };
          return ownKeys(o);
        };
        return function(mod) {
          if (mod && mod.__esModule) return mod;
          var result = {};
          if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) k[i] !== "default" && __createBinding(result, mod, k[i]);
          __setModuleDefault(result, mod);
          return result;
        };
      }();
      var __importDefault = this && this.__importDefault || function(mod) {
        return mod && mod.__esModule ? mod : {
          default: mod
        };
      };
      Object.defineProperty(exports, "__esModule", {
        value: !0
      });
      exports.Params = exports.OpenApiRequest = exports.Config = exports.GlobalParameters = void 0;
      const tea_util_1 = __importDefault(__nccwpck_require__(129));
      const credentials_1 = __importStar(__nccwpck_require__(801)), $Credential = credentials_1;
      const openapi_util_1 = __importDefault(__nccwpck_require__(879));
      const $SPI = __importStar(__nccwpck_require__(738));
      const tea_xml_1 = __importDefault(__nccwpck_require__(653));
      const $tea = __importStar(__nccwpck_require__(275));
      class GlobalParameters extends $tea.Model {
        static names() {
          return {
            headers: "headers",
            queries: "queries"
          };
        }
        static types() {
          return {
            headers: {
              type: "map",
              keyType: "string",
              valueType: "string"
            },
            queries: {
              type: "map",
              keyType: "string",
              valueType: "string"
            }
          };
        }
        constructor(map) {
          super(map);
        }
      }
      exports.GlobalParameters = GlobalParameters;
      class Config extends $tea.Model {
        static names() {
          return {
            accessKeyId: "accessKeyId",
            accessKeySecret: "accessKeySecret",
            securityToken: "securityToken",
            bearerToken: "bearerToken",
            protocol: "protocol",
            method: "method",
            regionId: "regionId",
            readTimeout: "readTimeout",
            connectTimeout: "connectTimeout",
            httpProxy: "httpProxy",
            httpsProxy: "httpsProxy",
            credential: "credential",
            endpoint: "endpoint",
            noProxy: "noProxy",
            maxIdleConns: "maxIdleConns",
            network: "network",
            userAgent: "userAgent",
            suffix: "suffix",
            socks5Proxy: "socks5Proxy",
            socks5NetWork: "socks5NetWork",
            endpointType: "endpointType",
            openPlatformEndpoint: "openPlatformEndpoint",
            type: "type",
            signatureVersion: "signatureVersion",
            signatureAlgorithm: "signatureAlgorithm",
            globalParameters: "globalParameters",
            key: "key",
            cert: "cert",
            ca: "ca",
            disableHttp2: "disableHttp2",
            tlsMinVersion: "tlsMinVersion"
          };
        }
        static types() {
          return {
            accessKeyId: "string",
            accessKeySecret: "string",
            securityToken: "string",
            bearerToken: "string",
            protocol: "string",
            method: "string",
            regionId: "string",
            readTimeout: "number",
            connectTimeout: "number",
            httpProxy: "string",
            httpsProxy: "string",
            credential: credentials_1.default,
            endpoint: "string",
            noProxy: "string",
            maxIdleConns: "number",
            network: "string",
            userAgent: "string",
            suffix: "string",
            socks5Proxy: "string",
            socks5NetWork: "string",
            endpointType: "string",
            openPlatformEndpoint: "string",
            type: "string",
            signatureVersion: "string",
            signatureAlgorithm: "string",
            globalParameters: GlobalParameters,
            key: "string",
            cert: "string",
            ca: "string",
            disableHttp2: "boolean",
            tlsMinVersion: "string"
          };
        }
        constructor(map) {
          super(map);
        }
      }
      exports.Config = Config;
      class OpenApiRequest extends $tea.Model {
        static names() {
          return {
            headers: "headers",
            query: "query",
            body: "body",
            stream: "stream",
            hostMap: "hostMap",
            endpointOverride: "endpointOverride"
          };
        }
        static types() {
          return {
            headers: {
              type: "map",
              keyType: "string",
              valueType: "string"
            },
            query: {
              type: "map",
              keyType: "string",
              valueType: "string"
            },
            body: "any",
            stream: "Readable",
            hostMap: {
              type: "map",
              keyType: "string",
              valueType: "string"
            },
            endpointOverride: "string"
          };
        }
        constructor(map) {
          super(map);
        }
      }
      exports.OpenApiRequest = OpenApiRequest;
      class Params extends $tea.Model {
        static names() {
          return {
            action: "action",
            version: "version",
            protocol: "protocol",
            pathname: "pathname",
            method: "method",
            authType: "authType",
            bodyType: "bodyType",
            reqBodyType: "reqBodyType",
            style: "style"
          };
        }
        static types() {
          return {
            action: "string",
            version: "string",
            protocol: "string",
            pathname: "string",
            method: "string",
            authType: "string",
            bodyType: "string",
            reqBodyType: "string",
            style: "string"
          };
        }
        constructor(map) {
          super(map);
        }
      }
      exports.Params = Params;
      class Client {
        constructor(config) {
          if (tea_util_1.default.isUnset(config)) throw $tea.newError({
            code: "ParameterMissing",
            message: "'config' can not be unset"
          });
          if (tea_util_1.default.empty(config.accessKeyId) || tea_util_1.default.empty(config.accessKeySecret)) if (tea_util_1.default.empty(config.bearerToken)) tea_util_1.default.isUnset(config.credential) || (this._credential = config.credential); else {
            let cc = new $Credential.Config({
              type: "bearer",
              bearerToken: config.bearerToken
            });
            this._credential = new credentials_1.default(cc);
          } else {
            tea_util_1.default.empty(config.securityToken) ? config.type = "access_key" : config.type = "sts";
            let credentialConfig = new $Credential.Config({
              accessKeyId: config.accessKeyId,
              type: config.type,
              accessKeySecret: config.accessKeySecret
            });
            credentialConfig.securityToken = config.securityToken;
            this._credential = new credentials_1.default(credentialConfig);
          }
          this._endpoint = config.endpoint;
          this._endpointType = config.endpointType;
          this._network = config.network;
          this._suffix = config.suffix;
          this._protocol = config.protocol;
          this._method = config.method;
          this._regionId = config.regionId;
          this._userAgent = config.userAgent;
          this._readTimeout = config.readTimeout;
          this._connectTimeout = config.connectTimeout;
          this._httpProxy = config.httpProxy;
          this._httpsProxy = config.httpsProxy;
          this._noProxy = config.noProxy;
          this._socks5Proxy = config.socks5Proxy;
          this._socks5NetWork = config.socks5NetWork;
          this._maxIdleConns = config.maxIdleConns;
          this._signatureVersion = config.signatureVersion;
          this._signatureAlgorithm = config.signatureAlgorithm;
          this._globalParameters = config.globalParameters;
          this._key = config.key;
          this._cert = config.cert;
          this._ca = config.ca;
          this._disableHttp2 = config.disableHttp2;
          this._tlsMinVersion = config.tlsMinVersion;
        }
        async doRPCRequest(action, version, protocol, method, authType, bodyType, request, runtime) {
          let _runtime = {
            timeouted: "retry",
            key: tea_util_1.default.defaultString(runtime.key, this._key),
            cert: tea_util_1.default.defaultString(runtime.cert, this._cert),
            ca: tea_util_1.default.defaultString(runtime.ca, this._ca),
            readTimeout: tea_util_1.default.defaultNumber(runtime.readTimeout, this._readTimeout),
            connectTimeout: tea_util_1.default.defaultNumber(runtime.connectTimeout, this._connectTimeout),
            httpProxy: tea_util_1.default.defaultString(runtime.httpProxy, this._httpProxy),
            httpsProxy: tea_util_1.default.defaultString(runtime.httpsProxy, this._httpsProxy),
            noProxy: tea_util_1.default.defaultString(runtime.noProxy, this._noProxy),
            socks5Proxy: tea_util_1.default.defaultString(runtime.socks5Proxy, this._socks5Proxy),
            socks5NetWork: tea_util_1.default.defaultString(runtime.socks5NetWork, this._socks5NetWork),
            maxIdleConns: tea_util_1.default.defaultNumber(runtime.maxIdleConns, this._maxIdleConns),
            retry: {
              retryable: runtime.autoretry,
              maxAttempts: tea_util_1.default.defaultNumber(runtime.maxAttempts, 3)
            },
            backoff: {
              policy: tea_util_1.default.defaultString(runtime.backoffPolicy, "no"),
              period: tea_util_1.default.defaultNumber(runtime.backoffPeriod, 1)
            },
            ignoreSSL: runtime.ignoreSSL,
            tlsMinVersion: this._tlsMinVersion
          };
          let _lastRequest = null;
          let _now = Date.now();
          let _retryTimes = 0;
          while ($tea.allowRetry(_runtime["retry"], _retryTimes, _now)) {
            if (_retryTimes > 0) {
              let _backoffTime = $tea.getBackoffTime(_runtime["backoff"], _retryTimes);
              _backoffTime > 0 && await $tea.sleep(_backoffTime);
            }
            _retryTimes += 1;
            try {
              let request_ = new $tea.Request;
              request_.protocol = tea_util_1.default.defaultString(this._protocol, protocol);
              request_.method = method;
              request_.pathname = "/";
              let globalQueries = {};
              let globalHeaders = {};
              if (!tea_util_1.default.isUnset(this._globalParameters)) {
                let globalParams = this._globalParameters;
                tea_util_1.default.isUnset(globalParams.queries) || (globalQueries = globalParams.queries);
                tea_util_1.default.isUnset(globalParams.headers) || (globalHeaders = globalParams.headers);
              }
              let extendsHeaders = {};
              let extendsQueries = {};
              if (!tea_util_1.default.isUnset(runtime.extendsParameters)) {
                let extendsParameters = runtime.extendsParameters;
                tea_util_1.default.isUnset(extendsParameters.headers) || (extendsHeaders = extendsParameters.headers);
                tea_util_1.default.isUnset(extendsParameters.queries) || (extendsQueries = extendsParameters.queries);
              }
              request_.query = Object.assign(Object.assign(Object.assign({
                Action: action,
                Format: "json",
                Version: version,
                Timestamp: openapi_util_1.default.getTimestamp(),
                SignatureNonce: tea_util_1.default.getNonce()
              }, globalQueries), extendsQueries), request.query);
              let headers = this.getRpcHeaders();
              tea_util_1.default.isUnset(headers) ? request_.headers = Object.assign(Object.assign(Object.assign({
                host: this._endpoint,
                "x-acs-version": version,
                "x-acs-action": action,
                "user-agent": this.getUserAgent()
              }, globalHeaders), extendsHeaders), request.headers) : request_.headers = Object.assign(Object.assign(Object.assign(Object.assign({
                host: this._endpoint,
                "x-acs-version": version,
                "x-acs-action": action,
                "user-agent": this.getUserAgent()
              }, globalHeaders), extendsHeaders), request.headers), headers);
              if (!tea_util_1.default.isUnset(request.body)) {
                let m = tea_util_1.default.assertAsMap(request.body);
                let tmp = tea_util_1.default.anyifyMapValue(openapi_util_1.default.query(m));
                request_.body = new $tea.BytesReadable(tea_util_1.default.toFormString(tmp));
                request_.headers["content-type"] = "application/x-www-form-urlencoded";
              }
              if (!tea_util_1.default.equalString(authType, "Anonymous")) {
                if (tea_util_1.default.isUnset(this._credential)) throw $tea.newError({
                  code: "InvalidCredentials",
                  message: "Please set up the credentials correctly. If you are setting them through environment variables, please ensure that ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are set correctly. See https://help.aliyun.com/zh/sdk/developer-reference/configure-the-alibaba-cloud-accesskey-environment-variable-on-linux-macos-and-windows-systems for more details."
                });
                let credentialModel = await this._credential.getCredential();
                tea_util_1.default.empty(credentialModel.providerName) || (request_.headers["x-acs-credentials-provider"] = credentialModel.providerName);
                let credentialType = credentialModel.type;
                if (tea_util_1.default.equalString(credentialType, "bearer")) {
                  let bearerToken = credentialModel.bearerToken;
                  request_.query["BearerToken"] = bearerToken;
                  request_.query["SignatureType"] = "BEARERTOKEN";
                } else if (tea_util_1.default.equalString(credentialType, "id_token")) {
                  let idToken = credentialModel.securityToken;
                  request_.headers["x-acs-zero-trust-idtoken"] = idToken;
                } else {
                  let accessKeyId = credentialModel.accessKeyId;
                  let accessKeySecret = credentialModel.accessKeySecret;
                  let securityToken = credentialModel.securityToken;
                  tea_util_1.default.empty(securityToken) || (request_.query["SecurityToken"] = securityToken);
                  request_.query["SignatureMethod"] = "HMAC-SHA1";
                  request_.query["SignatureVersion"] = "1.0";
                  request_.query["AccessKeyId"] = accessKeyId;
                  let t = null;
                  tea_util_1.default.isUnset(request.body) || (t = tea_util_1.default.assertAsMap(request.body));
                  let signedParam = Object.assign(Object.assign({}, request_.query), openapi_util_1.default.query(t));
                  request_.query["Signature"] = openapi_util_1.default.getRPCSignature(signedParam, request_.method, accessKeySecret);
                }
              }
              _lastRequest = request_;
              let response_ = await $tea.doAction(request_, _runtime);
              if (tea_util_1.default.is4xx(response_.statusCode) || tea_util_1.default.is5xx(response_.statusCode)) {
                let _res = await tea_util_1.default.readAsJSON(response_.body);
                let err = tea_util_1.default.assertAsMap(_res);
                let requestId = Client.defaultAny(err["RequestId"], err["requestId"]);
                err["statusCode"] = response_.statusCode;
                throw $tea.newError({
                  code: `${Client.defaultAny(err["Code"], err["code"])}`,
                  message: `code: ${response_.statusCode}, ${Client.defaultAny(err["Message"], err["message"])} request id: ${requestId}`,
                  data: err,
                  description: `${Client.defaultAny(err["Description"], err["description"])}`,
                  accessDeniedDetail: Client.defaultAny(err["AccessDeniedDetail"], err["accessDeniedDetail"])
                });
              }
              if (tea_util_1.default.equalString(bodyType, "binary")) {
                let resp = {
                  body: response_.body,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
                return resp;
              }
              if (tea_util_1.default.equalString(bodyType, "byte")) {
                let byt = await tea_util_1.default.readAsBytes(response_.body);
                return {
                  body: byt,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "string")) {
                let str = await tea_util_1.default.readAsString(response_.body);
                return {
                  body: str,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "json")) {
                let obj = await tea_util_1.default.readAsJSON(response_.body);
                let res = tea_util_1.default.assertAsMap(obj);
                return {
                  body: res,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "array")) {
                let arr = await tea_util_1.default.readAsJSON(response_.body);
                return {
                  body: arr,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              return {
                headers: response_.headers,
                statusCode: response_.statusCode
              };
            } catch (ex) {
              if ($tea.isRetryable(ex)) continue;
              throw ex;
            }
          }
          throw $tea.newUnretryableError(_lastRequest);
        }
        async doROARequest(action, version, protocol, method, authType, pathname, bodyType, request, runtime) {
          let _runtime = {
            timeouted: "retry",
            key: tea_util_1.default.defaultString(runtime.key, this._key),
            cert: tea_util_1.default.defaultString(runtime.cert, this._cert),
            ca: tea_util_1.default.defaultString(runtime.ca, this._ca),
            readTimeout: tea_util_1.default.defaultNumber(runtime.readTimeout, this._readTimeout),
            connectTimeout: tea_util_1.default.defaultNumber(runtime.connectTimeout, this._connectTimeout),
            httpProxy: tea_util_1.default.defaultString(runtime.httpProxy, this._httpProxy),
            httpsProxy: tea_util_1.default.defaultString(runtime.httpsProxy, this._httpsProxy),
            noProxy: tea_util_1.default.defaultString(runtime.noProxy, this._noProxy),
            socks5Proxy: tea_util_1.default.defaultString(runtime.socks5Proxy, this._socks5Proxy),
            socks5NetWork: tea_util_1.default.defaultString(runtime.socks5NetWork, this._socks5NetWork),
            maxIdleConns: tea_util_1.default.defaultNumber(runtime.maxIdleConns, this._maxIdleConns),
            retry: {
              retryable: runtime.autoretry,
              maxAttempts: tea_util_1.default.defaultNumber(runtime.maxAttempts, 3)
            },
            backoff: {
              policy: tea_util_1.default.defaultString(runtime.backoffPolicy, "no"),
              period: tea_util_1.default.defaultNumber(runtime.backoffPeriod, 1)
            },
            ignoreSSL: runtime.ignoreSSL,
            tlsMinVersion: this._tlsMinVersion
          };
          let _lastRequest = null;
          let _now = Date.now();
          let _retryTimes = 0;
          while ($tea.allowRetry(_runtime["retry"], _retryTimes, _now)) {
            if (_retryTimes > 0) {
              let _backoffTime = $tea.getBackoffTime(_runtime["backoff"], _retryTimes);
              _backoffTime > 0 && await $tea.sleep(_backoffTime);
            }
            _retryTimes += 1;
            try {
              let request_ = new $tea.Request;
              request_.protocol = tea_util_1.default.defaultString(this._protocol, protocol);
              request_.method = method;
              request_.pathname = pathname;
              let globalQueries = {};
              let globalHeaders = {};
              if (!tea_util_1.default.isUnset(this._globalParameters)) {
                let globalParams = this._globalParameters;
                tea_util_1.default.isUnset(globalParams.queries) || (globalQueries = globalParams.queries);
                tea_util_1.default.isUnset(globalParams.headers) || (globalHeaders = globalParams.headers);
              }
              let extendsHeaders = {};
              let extendsQueries = {};
              if (!tea_util_1.default.isUnset(runtime.extendsParameters)) {
                let extendsParameters = runtime.extendsParameters;
                tea_util_1.default.isUnset(extendsParameters.headers) || (extendsHeaders = extendsParameters.headers);
                tea_util_1.default.isUnset(extendsParameters.queries) || (extendsQueries = extendsParameters.queries);
              }
              request_.headers = Object.assign(Object.assign(Object.assign({
                date: tea_util_1.default.getDateUTCString(),
                host: this._endpoint,
                accept: "application/json",
                "x-acs-signature-nonce": tea_util_1.default.getNonce(),
                "x-acs-signature-method": "HMAC-SHA1",
                "x-acs-signature-version": "1.0",
                "x-acs-version": version,
                "x-acs-action": action,
                "user-agent": tea_util_1.default.getUserAgent(this._userAgent)
              }, globalHeaders), extendsHeaders), request.headers);
              if (!tea_util_1.default.isUnset(request.body)) {
                request_.body = new $tea.BytesReadable(tea_util_1.default.toJSONString(request.body));
                request_.headers["content-type"] = "application/json; charset=utf-8";
              }
              request_.query = Object.assign(Object.assign({}, globalQueries), extendsQueries);
              tea_util_1.default.isUnset(request.query) || (request_.query = Object.assign(Object.assign({}, request_.query), request.query));
              if (!tea_util_1.default.equalString(authType, "Anonymous")) {
                if (tea_util_1.default.isUnset(this._credential)) throw $tea.newError({
                  code: "InvalidCredentials",
                  message: "Please set up the credentials correctly. If you are setting them through environment variables, please ensure that ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are set correctly. See https://help.aliyun.com/zh/sdk/developer-reference/configure-the-alibaba-cloud-accesskey-environment-variable-on-linux-macos-and-windows-systems for more details."
                });
                let credentialModel = await this._credential.getCredential();
                tea_util_1.default.empty(credentialModel.providerName) || (request_.headers["x-acs-credentials-provider"] = credentialModel.providerName);
                let credentialType = credentialModel.type;
                if (tea_util_1.default.equalString(credentialType, "bearer")) {
                  let bearerToken = credentialModel.bearerToken;
                  request_.headers["x-acs-bearer-token"] = bearerToken;
                  request_.headers["x-acs-signature-type"] = "BEARERTOKEN";
                } else if (tea_util_1.default.equalString(credentialType, "id_token")) {
                  let idToken = credentialModel.securityToken;
                  request_.headers["x-acs-zero-trust-idtoken"] = idToken;
                } else {
                  let accessKeyId = credentialModel.accessKeyId;
                  let accessKeySecret = credentialModel.accessKeySecret;
                  let securityToken = credentialModel.securityToken;
                  if (!tea_util_1.default.empty(securityToken)) {
                    request_.headers["x-acs-accesskey-id"] = accessKeyId;
                    request_.headers["x-acs-security-token"] = securityToken;
                  }
                  let stringToSign = openapi_util_1.default.getStringToSign(request_);
                  request_.headers["authorization"] = `acs ${accessKeyId}:${openapi_util_1.default.getROASignature(stringToSign, accessKeySecret)}`;
                }
              }
              _lastRequest = request_;
              let response_ = await $tea.doAction(request_, _runtime);
              if (tea_util_1.default.equalNumber(response_.statusCode, 204)) return {
                headers: response_.headers
              };
              if (tea_util_1.default.is4xx(response_.statusCode) || tea_util_1.default.is5xx(response_.statusCode)) {
                let _res = await tea_util_1.default.readAsJSON(response_.body);
                let err = tea_util_1.default.assertAsMap(_res);
                let requestId = Client.defaultAny(err["RequestId"], err["requestId"]);
                requestId = Client.defaultAny(requestId, err["requestid"]);
                err["statusCode"] = response_.statusCode;
                throw $tea.newError({
                  code: `${Client.defaultAny(err["Code"], err["code"])}`,
                  message: `code: ${response_.statusCode}, ${Client.defaultAny(err["Message"], err["message"])} request id: ${requestId}`,
                  data: err,
                  description: `${Client.defaultAny(err["Description"], err["description"])}`,
                  accessDeniedDetail: Client.defaultAny(err["AccessDeniedDetail"], err["accessDeniedDetail"])
                });
              }
              if (tea_util_1.default.equalString(bodyType, "binary")) {
                let resp = {
                  body: response_.body,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
                return resp;
              }
              if (tea_util_1.default.equalString(bodyType, "byte")) {
                let byt = await tea_util_1.default.readAsBytes(response_.body);
                return {
                  body: byt,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "string")) {
                let str = await tea_util_1.default.readAsString(response_.body);
                return {
                  body: str,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "json")) {
                let obj = await tea_util_1.default.readAsJSON(response_.body);
                let res = tea_util_1.default.assertAsMap(obj);
                return {
                  body: res,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "array")) {
                let arr = await tea_util_1.default.readAsJSON(response_.body);
                return {
                  body: arr,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              return {
                headers: response_.headers,
                statusCode: response_.statusCode
              };
            } catch (ex) {
              if ($tea.isRetryable(ex)) continue;
              throw ex;
            }
          }
          throw $tea.newUnretryableError(_lastRequest);
        }
        async doROARequestWithForm(action, version, protocol, method, authType, pathname, bodyType, request, runtime) {
          let _runtime = {
            timeouted: "retry",
            key: tea_util_1.default.defaultString(runtime.key, this._key),
            cert: tea_util_1.default.defaultString(runtime.cert, this._cert),
            ca: tea_util_1.default.defaultString(runtime.ca, this._ca),
            readTimeout: tea_util_1.default.defaultNumber(runtime.readTimeout, this._readTimeout),
            connectTimeout: tea_util_1.default.defaultNumber(runtime.connectTimeout, this._connectTimeout),
            httpProxy: tea_util_1.default.defaultString(runtime.httpProxy, this._httpProxy),
            httpsProxy: tea_util_1.default.defaultString(runtime.httpsProxy, this._httpsProxy),
            noProxy: tea_util_1.default.defaultString(runtime.noProxy, this._noProxy),
            socks5Proxy: tea_util_1.default.defaultString(runtime.socks5Proxy, this._socks5Proxy),
            socks5NetWork: tea_util_1.default.defaultString(runtime.socks5NetWork, this._socks5NetWork),
            maxIdleConns: tea_util_1.default.defaultNumber(runtime.maxIdleConns, this._maxIdleConns),
            retry: {
              retryable: runtime.autoretry,
              maxAttempts: tea_util_1.default.defaultNumber(runtime.maxAttempts, 3)
            },
            backoff: {
              policy: tea_util_1.default.defaultString(runtime.backoffPolicy, "no"),
              period: tea_util_1.default.defaultNumber(runtime.backoffPeriod, 1)
            },
            ignoreSSL: runtime.ignoreSSL,
            tlsMinVersion: this._tlsMinVersion
          };
          let _lastRequest = null;
          let _now = Date.now();
          let _retryTimes = 0;
          while ($tea.allowRetry(_runtime["retry"], _retryTimes, _now)) {
            if (_retryTimes > 0) {
              let _backoffTime = $tea.getBackoffTime(_runtime["backoff"], _retryTimes);
              _backoffTime > 0 && await $tea.sleep(_backoffTime);
            }
            _retryTimes += 1;
            try {
              let request_ = new $tea.Request;
              request_.protocol = tea_util_1.default.defaultString(this._protocol, protocol);
              request_.method = method;
              request_.pathname = pathname;
              let globalQueries = {};
              let globalHeaders = {};
              if (!tea_util_1.default.isUnset(this._globalParameters)) {
                let globalParams = this._globalParameters;
                tea_util_1.default.isUnset(globalParams.queries) || (globalQueries = globalParams.queries);
                tea_util_1.default.isUnset(globalParams.headers) || (globalHeaders = globalParams.headers);
              }
              let extendsHeaders = {};
              let extendsQueries = {};
              if (!tea_util_1.default.isUnset(runtime.extendsParameters)) {
                let extendsParameters = runtime.extendsParameters;
                tea_util_1.default.isUnset(extendsParameters.headers) || (extendsHeaders = extendsParameters.headers);
                tea_util_1.default.isUnset(extendsParameters.queries) || (extendsQueries = extendsParameters.queries);
              }
              request_.headers = Object.assign(Object.assign(Object.assign({
                date: tea_util_1.default.getDateUTCString(),
                host: this._endpoint,
                accept: "application/json",
                "x-acs-signature-nonce": tea_util_1.default.getNonce(),
                "x-acs-signature-method": "HMAC-SHA1",
                "x-acs-signature-version": "1.0",
                "x-acs-version": version,
                "x-acs-action": action,
                "user-agent": tea_util_1.default.getUserAgent(this._userAgent)
              }, globalHeaders), extendsHeaders), request.headers);
              if (!tea_util_1.default.isUnset(request.body)) {
                let m = tea_util_1.default.assertAsMap(request.body);
                request_.body = new $tea.BytesReadable(openapi_util_1.default.toForm(m));
                request_.headers["content-type"] = "application/x-www-form-urlencoded";
              }
              request_.query = Object.assign(Object.assign({}, globalQueries), extendsQueries);
              tea_util_1.default.isUnset(request.query) || (request_.query = Object.assign(Object.assign({}, request_.query), request.query));
              if (!tea_util_1.default.equalString(authType, "Anonymous")) {
                if (tea_util_1.default.isUnset(this._credential)) throw $tea.newError({
                  code: "InvalidCredentials",
                  message: "Please set up the credentials correctly. If you are setting them through environment variables, please ensure that ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are set correctly. See https://help.aliyun.com/zh/sdk/developer-reference/configure-the-alibaba-cloud-accesskey-environment-variable-on-linux-macos-and-windows-systems for more details."
                });
                let credentialModel = await this._credential.getCredential();
                tea_util_1.default.empty(credentialModel.providerName) || (request_.headers["x-acs-credentials-provider"] = credentialModel.providerName);
                let credentialType = credentialModel.type;
                if (tea_util_1.default.equalString(credentialType, "bearer")) {
                  let bearerToken = credentialModel.bearerToken;
                  request_.headers["x-acs-bearer-token"] = bearerToken;
                  request_.headers["x-acs-signature-type"] = "BEARERTOKEN";
                } else if (tea_util_1.default.equalString(credentialType, "id_token")) {
                  let idToken = credentialModel.securityToken;
                  request_.headers["x-acs-zero-trust-idtoken"] = idToken;
                } else {
                  let accessKeyId = credentialModel.accessKeyId;
                  let accessKeySecret = credentialModel.accessKeySecret;
                  let securityToken = credentialModel.securityToken;
                  if (!tea_util_1.default.empty(securityToken)) {
                    request_.headers["x-acs-accesskey-id"] = accessKeyId;
                    request_.headers["x-acs-security-token"] = securityToken;
                  }
                  let stringToSign = openapi_util_1.default.getStringToSign(request_);
                  request_.headers["authorization"] = `acs ${accessKeyId}:${openapi_util_1.default.getROASignature(stringToSign, accessKeySecret)}`;
                }
              }
              _lastRequest = request_;
              let response_ = await $tea.doAction(request_, _runtime);
              if (tea_util_1.default.equalNumber(response_.statusCode, 204)) return {
                headers: response_.headers
              };
              if (tea_util_1.default.is4xx(response_.statusCode) || tea_util_1.default.is5xx(response_.statusCode)) {
                let _res = await tea_util_1.default.readAsJSON(response_.body);
                let err = tea_util_1.default.assertAsMap(_res);
                err["statusCode"] = response_.statusCode;
                throw $tea.newError({
                  code: `${Client.defaultAny(err["Code"], err["code"])}`,
                  message: `code: ${response_.statusCode}, ${Client.defaultAny(err["Message"], err["message"])} request id: ${Client.defaultAny(err["RequestId"], err["requestId"])}`,
                  data: err,
                  description: `${Client.defaultAny(err["Description"], err["description"])}`,
                  accessDeniedDetail: Client.defaultAny(err["AccessDeniedDetail"], err["accessDeniedDetail"])
                });
              }
              if (tea_util_1.default.equalString(bodyType, "binary")) {
                let resp = {
                  body: response_.body,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
                return resp;
              }
              if (tea_util_1.default.equalString(bodyType, "byte")) {
                let byt = await tea_util_1.default.readAsBytes(response_.body);
                return {
                  body: byt,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "string")) {
                let str = await tea_util_1.default.readAsString(response_.body);
                return {
                  body: str,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "json")) {
                let obj = await tea_util_1.default.readAsJSON(response_.body);
                let res = tea_util_1.default.assertAsMap(obj);
                return {
                  body: res,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(bodyType, "array")) {
                let arr = await tea_util_1.default.readAsJSON(response_.body);
                return {
                  body: arr,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              return {
                headers: response_.headers,
                statusCode: response_.statusCode
              };
            } catch (ex) {
              if ($tea.isRetryable(ex)) continue;
              throw ex;
            }
          }
          throw $tea.newUnretryableError(_lastRequest);
        }
        async doRequest(params, request, runtime) {
          let _runtime = {
            timeouted: "retry",
            key: tea_util_1.default.defaultString(runtime.key, this._key),
            cert: tea_util_1.default.defaultString(runtime.cert, this._cert),
            ca: tea_util_1.default.defaultString(runtime.ca, this._ca),
            readTimeout: tea_util_1.default.defaultNumber(runtime.readTimeout, this._readTimeout),
            connectTimeout: tea_util_1.default.defaultNumber(runtime.connectTimeout, this._connectTimeout),
            httpProxy: tea_util_1.default.defaultString(runtime.httpProxy, this._httpProxy),
            httpsProxy: tea_util_1.default.defaultString(runtime.httpsProxy, this._httpsProxy),
            noProxy: tea_util_1.default.defaultString(runtime.noProxy, this._noProxy),
            socks5Proxy: tea_util_1.default.defaultString(runtime.socks5Proxy, this._socks5Proxy),
            socks5NetWork: tea_util_1.default.defaultString(runtime.socks5NetWork, this._socks5NetWork),
            maxIdleConns: tea_util_1.default.defaultNumber(runtime.maxIdleConns, this._maxIdleConns),
            retry: {
              retryable: runtime.autoretry,
              maxAttempts: tea_util_1.default.defaultNumber(runtime.maxAttempts, 3)
            },
            backoff: {
              policy: tea_util_1.default.defaultString(runtime.backoffPolicy, "no"),
              period: tea_util_1.default.defaultNumber(runtime.backoffPeriod, 1)
            },
            ignoreSSL: runtime.ignoreSSL,
            tlsMinVersion: this._tlsMinVersion
          };
          let _lastRequest = null;
          let _now = Date.now();
          let _retryTimes = 0;
          while ($tea.allowRetry(_runtime["retry"], _retryTimes, _now)) {
            if (_retryTimes > 0) {
              let _backoffTime = $tea.getBackoffTime(_runtime["backoff"], _retryTimes);
              _backoffTime > 0 && await $tea.sleep(_backoffTime);
            }
            _retryTimes += 1;
            try {
              let request_ = new $tea.Request;
              request_.protocol = tea_util_1.default.defaultString(this._protocol, params.protocol);
              request_.method = params.method;
              request_.pathname = params.pathname;
              let globalQueries = {};
              let globalHeaders = {};
              if (!tea_util_1.default.isUnset(this._globalParameters)) {
                let globalParams = this._globalParameters;
                tea_util_1.default.isUnset(globalParams.queries) || (globalQueries = globalParams.queries);
                tea_util_1.default.isUnset(globalParams.headers) || (globalHeaders = globalParams.headers);
              }
              let extendsHeaders = {};
              let extendsQueries = {};
              if (!tea_util_1.default.isUnset(runtime.extendsParameters)) {
                let extendsParameters = runtime.extendsParameters;
                tea_util_1.default.isUnset(extendsParameters.headers) || (extendsHeaders = extendsParameters.headers);
                tea_util_1.default.isUnset(extendsParameters.queries) || (extendsQueries = extendsParameters.queries);
              }
              request_.query = Object.assign(Object.assign(Object.assign({}, globalQueries), extendsQueries), request.query);
              request_.headers = Object.assign(Object.assign(Object.assign({
                host: this._endpoint,
                "x-acs-version": params.version,
                "x-acs-action": params.action,
                "user-agent": this.getUserAgent(),
                "x-acs-date": openapi_util_1.default.getTimestamp(),
                "x-acs-signature-nonce": tea_util_1.default.getNonce(),
                accept: "application/json"
              }, globalHeaders), extendsHeaders), request.headers);
              if (tea_util_1.default.equalString(params.style, "RPC")) {
                let headers = this.getRpcHeaders();
                tea_util_1.default.isUnset(headers) || (request_.headers = Object.assign(Object.assign({}, request_.headers), headers));
              }
              let signatureAlgorithm = tea_util_1.default.defaultString(this._signatureAlgorithm, "ACS3-HMAC-SHA256");
              let hashedRequestPayload = openapi_util_1.default.hexEncode(openapi_util_1.default.hash(tea_util_1.default.toBytes(""), signatureAlgorithm));
              if (tea_util_1.default.isUnset(request.stream)) {
                if (!tea_util_1.default.isUnset(request.body)) if (tea_util_1.default.equalString(params.reqBodyType, "byte")) {
                  let byteObj = tea_util_1.default.assertAsBytes(request.body);
                  hashedRequestPayload = openapi_util_1.default.hexEncode(openapi_util_1.default.hash(byteObj, signatureAlgorithm));
                  request_.body = new $tea.BytesReadable(byteObj);
                } else if (tea_util_1.default.equalString(params.reqBodyType, "json")) {
                  let jsonObj = tea_util_1.default.toJSONString(request.body);
                  hashedRequestPayload = openapi_util_1.default.hexEncode(openapi_util_1.default.hash(tea_util_1.default.toBytes(jsonObj), signatureAlgorithm));
                  request_.body = new $tea.BytesReadable(jsonObj);
                  request_.headers["content-type"] = "application/json; charset=utf-8";
                } else {
                  let m = tea_util_1.default.assertAsMap(request.body);
                  let formObj = openapi_util_1.default.toForm(m);
                  hashedRequestPayload = openapi_util_1.default.hexEncode(openapi_util_1.default.hash(tea_util_1.default.toBytes(formObj), signatureAlgorithm));
                  request_.body = new $tea.BytesReadable(formObj);
                  request_.headers["content-type"] = "application/x-www-form-urlencoded";
                }
              } else {
                let tmp = await tea_util_1.default.readAsBytes(request.stream);
                hashedRequestPayload = openapi_util_1.default.hexEncode(openapi_util_1.default.hash(tmp, signatureAlgorithm));
                request_.body = new $tea.BytesReadable(tmp);
                request_.headers["content-type"] = "application/octet-stream";
              }
              request_.headers["x-acs-content-sha256"] = hashedRequestPayload;
              if (!tea_util_1.default.equalString(params.authType, "Anonymous")) {
                if (tea_util_1.default.isUnset(this._credential)) throw $tea.newError({
                  code: "InvalidCredentials",
                  message: "Please set up the credentials correctly. If you are setting them through environment variables, please ensure that ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are set correctly. See https://help.aliyun.com/zh/sdk/developer-reference/configure-the-alibaba-cloud-accesskey-environment-variable-on-linux-macos-and-windows-systems for more details."
                });
                let credentialModel = await this._credential.getCredential();
                tea_util_1.default.empty(credentialModel.providerName) || (request_.headers["x-acs-credentials-provider"] = credentialModel.providerName);
                let authType = credentialModel.type;
                if (tea_util_1.default.equalString(authType, "bearer")) {
                  let bearerToken = credentialModel.bearerToken;
                  request_.headers["x-acs-bearer-token"] = bearerToken;
                  tea_util_1.default.equalString(params.style, "RPC") ? request_.query["SignatureType"] = "BEARERTOKEN" : request_.headers["x-acs-signature-type"] = "BEARERTOKEN";
                } else if (tea_util_1.default.equalString(authType, "id_token")) {
                  let idToken = credentialModel.securityToken;
                  request_.headers["x-acs-zero-trust-idtoken"] = idToken;
                } else {
                  let accessKeyId = credentialModel.accessKeyId;
                  let accessKeySecret = credentialModel.accessKeySecret;
                  let securityToken = credentialModel.securityToken;
                  if (!tea_util_1.default.empty(securityToken)) {
                    request_.headers["x-acs-accesskey-id"] = accessKeyId;
                    request_.headers["x-acs-security-token"] = securityToken;
                  }
                  request_.headers["Authorization"] = openapi_util_1.default.getAuthorization(request_, signatureAlgorithm, hashedRequestPayload, accessKeyId, accessKeySecret);
                }
              }
              _lastRequest = request_;
              let response_ = await $tea.doAction(request_, _runtime);
              if (tea_util_1.default.is4xx(response_.statusCode) || tea_util_1.default.is5xx(response_.statusCode)) {
                let err = {};
                if (!tea_util_1.default.isUnset(response_.headers["content-type"]) && tea_util_1.default.equalString(response_.headers["content-type"], "text/xml;charset=utf-8")) {
                  let _str = await tea_util_1.default.readAsString(response_.body);
                  let respMap = tea_xml_1.default.parseXml(_str, null);
                  err = tea_util_1.default.assertAsMap(respMap["Error"]);
                } else {
                  let _res = await tea_util_1.default.readAsJSON(response_.body);
                  err = tea_util_1.default.assertAsMap(_res);
                }
                err["statusCode"] = response_.statusCode;
                throw $tea.newError({
                  code: `${Client.defaultAny(err["Code"], err["code"])}`,
                  message: `code: ${response_.statusCode}, ${Client.defaultAny(err["Message"], err["message"])} request id: ${Client.defaultAny(err["RequestId"], err["requestId"])}`,
                  data: err,
                  description: `${Client.defaultAny(err["Description"], err["description"])}`,
                  accessDeniedDetail: Client.defaultAny(err["AccessDeniedDetail"], err["accessDeniedDetail"])
                });
              }
              if (tea_util_1.default.equalString(params.bodyType, "binary")) {
                let resp = {
                  body: response_.body,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
                return resp;
              }
              if (tea_util_1.default.equalString(params.bodyType, "byte")) {
                let byt = await tea_util_1.default.readAsBytes(response_.body);
                return {
                  body: byt,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(params.bodyType, "string")) {
                let str = await tea_util_1.default.readAsString(response_.body);
                return {
                  body: str,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(params.bodyType, "json")) {
                let obj = await tea_util_1.default.readAsJSON(response_.body);
                let res = tea_util_1.default.assertAsMap(obj);
                return {
                  body: res,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              if (tea_util_1.default.equalString(params.bodyType, "array")) {
                let arr = await tea_util_1.default.readAsJSON(response_.body);
                return {
                  body: arr,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
              {
                let anything = await tea_util_1.default.readAsString(response_.body);
                return {
                  body: anything,
                  headers: response_.headers,
                  statusCode: response_.statusCode
                };
              }
            } catch (ex) {
              if ($tea.isRetryable(ex)) continue;
              throw ex;
            }
          }
          throw $tea.newUnretryableError(_lastRequest);
        }
        async execute(params, request, runtime) {
          let _runtime = {
            timeouted: "retry",
            key: tea_util_1.default.defaultString(runtime.key, this._key),
            cert: tea_util_1.default.defaultString(runtime.cert, this._cert),
            ca: tea_util_1.default.defaultString(runtime.ca, this._ca),
            readTimeout: tea_util_1.default.defaultNumber(runtime.readTimeout, this._readTimeout),
            connectTimeout: tea_util_1.default.defaultNumber(runtime.connectTimeout, this._connectTimeout),
            httpProxy: tea_util_1.default.defaultString(runtime.httpProxy, this._httpProxy),
            httpsProxy: tea_util_1.default.defaultString(runtime.httpsProxy, this._httpsProxy),
            noProxy: tea_util_1.default.defaultString(runtime.noProxy, this._noProxy),
            socks5Proxy: tea_util_1.default.defaultString(runtime.socks5Proxy, this._socks5Proxy),
            socks5NetWork: tea_util_1.default.defaultString(runtime.socks5NetWork, this._socks5NetWork),
            maxIdleConns: tea_util_1.default.defaultNumber(runtime.maxIdleConns, this._maxIdleConns),
            retry: {
              retryable: runtime.autoretry,
              maxAttempts: tea_util_1.default.defaultNumber(runtime.maxAttempts, 3)
            },
            backoff: {
              policy: tea_util_1.default.defaultString(runtime.backoffPolicy, "no"),
              period: tea_util_1.default.defaultNumber(runtime.backoffPeriod, 1)
            },
            ignoreSSL: runtime.ignoreSSL,
            disableHttp2: Client.defaultAny(this._disableHttp2, !1),
            tlsMinVersion: this._tlsMinVersion
          };
          let _lastRequest = null;
          let _now = Date.now();
          let _retryTimes = 0;
          while ($tea.allowRetry(_runtime["retry"], _retryTimes, _now)) {
            if (_retryTimes > 0) {
              let _backoffTime = $tea.getBackoffTime(_runtime["backoff"], _retryTimes);
              _backoffTime > 0 && await $tea.sleep(_backoffTime);
            }
            _retryTimes += 1;
            try {
              let request_ = new $tea.Request;
              let headers = this.getRpcHeaders();
              let globalQueries = {};
              let globalHeaders = {};
              if (!tea_util_1.default.isUnset(this._globalParameters)) {
                let globalParams = this._globalParameters;
                tea_util_1.default.isUnset(globalParams.queries) || (globalQueries = globalParams.queries);
                tea_util_1.default.isUnset(globalParams.headers) || (globalHeaders = globalParams.headers);
              }
              let extendsHeaders = {};
              let extendsQueries = {};
              if (!tea_util_1.default.isUnset(runtime.extendsParameters)) {
                let extendsParameters = runtime.extendsParameters;
                tea_util_1.default.isUnset(extendsParameters.headers) || (extendsHeaders = extendsParameters.headers);
                tea_util_1.default.isUnset(extendsParameters.queries) || (extendsQueries = extendsParameters.queries);
              }
              let requestContext = new $SPI.InterceptorContextRequest({
                headers: Object.assign(Object.assign(Object.assign(Object.assign({}, globalHeaders), extendsHeaders), request.headers), headers),
                query: Object.assign(Object.assign(Object.assign({}, globalQueries), extendsQueries), request.query),
                body: request.body,
                stream: request.stream,
                hostMap: request.hostMap,
                pathname: params.pathname,
                productId: this._productId,
                action: params.action,
                version: params.version,
                protocol: tea_util_1.default.defaultString(this._protocol, params.protocol),
                method: tea_util_1.default.defaultString(this._method, params.method),
                authType: params.authType,
                bodyType: params.bodyType,
                reqBodyType: params.reqBodyType,
                style: params.style,
                credential: this._credential,
                signatureVersion: this._signatureVersion,
                signatureAlgorithm: this._signatureAlgorithm,
                userAgent: this.getUserAgent()
              });
              let configurationContext = new $SPI.InterceptorContextConfiguration({
                regionId: this._regionId,
                endpoint: tea_util_1.default.defaultString(request.endpointOverride, this._endpoint),
                endpointRule: this._endpointRule,
                endpointMap: this._endpointMap,
                endpointType: this._endpointType,
                network: this._network,
                suffix: this._suffix
              });
              let interceptorContext = new $SPI.InterceptorContext({});
              interceptorContext.request = requestContext;
              interceptorContext.configuration = configurationContext;
              let attributeMap = new $SPI.AttributeMap({});
              tea_util_1.default.isUnset(this._attributeMap) || (attributeMap = this._attributeMap);
              await this._spi.modifyConfiguration(interceptorContext, attributeMap);
              await this._spi.modifyRequest(interceptorContext, attributeMap);
              request_.protocol = interceptorContext.request.protocol;
              request_.method = interceptorContext.request.method;
              request_.pathname = interceptorContext.request.pathname;
              request_.query = interceptorContext.request.query;
              request_.body = interceptorContext.request.stream;
              request_.headers = interceptorContext.request.headers;
              _lastRequest = request_;
              let response_ = await $tea.doAction(request_, _runtime);
              let responseContext = new $SPI.InterceptorContextResponse({
                statusCode: response_.statusCode,
                headers: response_.headers,
                body: response_.body
              });
              interceptorContext.response = responseContext;
              await this._spi.modifyResponse(interceptorContext, attributeMap);
              return {
                headers: interceptorContext.response.headers,
                statusCode: interceptorContext.response.statusCode,
                body: interceptorContext.response.deserializedBody
              };
            } catch (ex) {
              if ($tea.isRetryable(ex)) continue;
              throw ex;
            }
          }
          throw $tea.newUnretryableError(_lastRequest);
        }
        async callApi(params, request, runtime) {
          if (tea_util_1.default.isUnset(params)) throw $tea.newError({
            code: "ParameterMissing",
            message: "'params' can not be unset"
          });
          return tea_util_1.default.isUnset(this._signatureVersion) || !tea_util_1.default.equalString(this._signatureVersion, "v4") ? tea_util_1.default.isUnset(this._signatureAlgorithm) || !tea_util_1.default.equalString(this._signatureAlgorithm, "v2") ? await this.doRequest(params, request, runtime) : tea_util_1.default.equalString(params.style, "ROA") && tea_util_1.default.equalString(params.reqBodyType, "json") ? await this.doROARequest(params.action, params.version, params.protocol, params.method, params.authType, params.pathname, params.bodyType, request, runtime) : tea_util_1.default.equalString(params.style, "ROA") ? await this.doROARequestWithForm(params.action, params.version, params.protocol, params.method, params.authType, params.pathname, params.bodyType, request, runtime) : await this.doRPCRequest(params.action, params.version, params.protocol, params.method, params.authType, params.bodyType, request, runtime) : await this.execute(params, request, runtime);
        }
        getUserAgent() {
          let userAgent = tea_util_1.default.getUserAgent(this._userAgent);
          return userAgent;
        }
        async getAccessKeyId() {
          if (tea_util_1.default.isUnset(this._credential)) return "";
          let accessKeyId = await this._credential.getAccessKeyId();
          return accessKeyId;
        }
        async getAccessKeySecret() {
          if (tea_util_1.default.isUnset(this._credential)) return "";
          let secret = await this._credential.getAccessKeySecret();
          return secret;
        }
        async getSecurityToken() {
          if (tea_util_1.default.isUnset(this._credential)) return "";
          let token = await this._credential.getSecurityToken();
          return token;
        }
        async getBearerToken() {
          if (tea_util_1.default.isUnset(this._credential)) return "";
          let token = this._credential.getBearerToken();
          return token;
        }
        async getType() {
          if (tea_util_1.default.isUnset(this._credential)) return "";
          let authType = this._credential.getType();
          return authType;
        }
        static defaultAny(inputValue, defaultValue) {
          if (tea_util_1.default.isUnset(inputValue)) return defaultValue;
          return inputValue;
        }
        checkConfig(config) {
          if (tea_util_1.default.empty(this._endpointRule) && tea_util_1.default.empty(config.endpoint)) throw $tea.newError({
            code: "ParameterMissing",
            message: "'config.endpoint' can not be empty"
          });
        }
        setGatewayClient(spi) {
          this._spi = spi;
        }
        setRpcHeaders(headers) {
          this._headers = headers;
        }
        getRpcHeaders() {
          let headers = this._headers;
          this._headers = null;
          return headers;
        }
      }
      exports["default"] = Client;
    },
    879: function(__unused_webpack_module, exports, __nccwpck_require__) {
      var __createBinding = this && this.__createBinding || (Object.create ? function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        Object.defineProperty(o, k2, {
          enumerable: !0,
          get: function() {
            return m[k];
          }
        });
      } : function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        o[k2] = m[k];
      });
      var __setModuleDefault = this && this.__setModuleDefault || (Object.create ? function(o, v) {
        Object.defineProperty(o, "default", {
          enumerable: !0,
          value: v
        });
      } : function(o, v) {
        o["default"] = v;
      });
      var __importStar = this && this.__importStar || function(mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k in mod) k !== "default" && Object.hasOwnProperty.call(mod, k) && __createBinding(result, mod, k);
        __setModuleDefault(result, mod);
        return result;
      };
      var __importDefault = this && this.__importDefault || function(mod) {
        return mod && mod.__esModule ? mod : {
          default: mod
        };
      };
      Object.defineProperty(exports, "__esModule", {
        value: !0
      });
      const $tea = __importStar(__nccwpck_require__(275));
      const tea_util_1 = __importDefault(__nccwpck_require__(129));
      const kitx_1 = __importDefault(__nccwpck_require__(771));
      const querystring_1 = __importDefault(__nccwpck_require__(480));
      const crypto_1 = __importDefault(__nccwpck_require__(982));
      const PEM_BEGIN = "-----BEGIN PRIVATE KEY-----\n";
      const PEM_END = "\n-----END PRIVATE KEY-----";
      function replaceRepeatList(target, repeat, prefix) {
        prefix && (prefix += ".");
        for (var i = 0; i < repeat.length; i++) {
          var item = repeat[i];
          let key = prefix + (i + 1);
          if (typeof item === "undefined" || item == null) continue;
          Array.isArray(item) ? replaceRepeatList(target, item, key) : item instanceof Object ? flatMap(target, item, key) : target[key] = item.toString();
        }
      }
      function flatMap(target, params, prefix = "") {
        prefix && (prefix += ".");
        params = toMap(params);
        let keys = Object.keys(params);
        for (let i = 0; i < keys.length; i++) {
          let key = keys[i];
          let value = params[key];
          key = prefix + key;
          if (typeof value === "undefined" || value == null) continue;
          Array.isArray(value) ? replaceRepeatList(target, value, key) : value instanceof Object ? flatMap(target, value, key) : target[key] = value.toString();
        }
        return target;
      }
      function filter(value) {
        return value.replace(/[\t\n\r\f]/g, " ");
      }
      function getCanonicalizedHeaders(headers) {
        const prefix = "x-acs-";
        const keys = Object.keys(headers);
        const canonicalizedKeys = [];
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i];
          key.startsWith(prefix) && canonicalizedKeys.push(key);
        }
        canonicalizedKeys.sort();
        var result = "";
        for (let i = 0; i < canonicalizedKeys.length; i++) {
          const key = canonicalizedKeys[i];
          result += `${key}:${filter(headers[key]).trim()}\n`;
        }
        return result;
      }
      function getCanonicalizedResource(uriPattern, query) {
        const keys = query ? Object.keys(query).sort() : [];
        if (keys.length === 0) return uriPattern;
        var result = [];
        for (var i = 0; i < keys.length; i++) {
          const key = keys[i];
          result.push(`${key}=${query[key]}`);
        }
        return `${uriPattern}?${result.join("&")}`;
      }
      function getAuthorizationQueryString(query) {
        let canonicalQueryArray = [];
        const keys = query ? Object.keys(query).sort() : [];
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i];
          let param = key + "=";
          typeof query[key] !== "undefined" && query[key] !== null && (param += encode(query[key]));
          canonicalQueryArray.push(param);
        }
        return canonicalQueryArray.join("&");
      }
      function getAuthorizationHeaders(header) {
        let canonicalheaders = "";
        let tmp = {};
        const keys = header ? Object.keys(header) : [];
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i];
          const lowerKey = keys[i].toLowerCase();
          (lowerKey.startsWith("x-acs-") || lowerKey === "host" || lowerKey === "content-type") && (tmp[lowerKey] ? tmp[lowerKey].push((header[key] || "").trim()) : tmp[lowerKey] = [ (header[key] || "").trim() ]);
        }
        var hsKeys = Object.keys(tmp).sort();
        for (let i = 0; i < hsKeys.length; i++) {
          const hsKey = hsKeys[i];
          let listSort = tmp[hsKey].sort();
          canonicalheaders += `${hsKey}:${listSort.join(",")}\n`;
        }
        return {
          canonicalheaders: canonicalheaders,
          hsKeys: hsKeys
        };
      }
      function encode(str) {
        var result = encodeURIComponent(str);
        return result.replace(/!/g, "%21").replace(/'/g, "%27").replace(/\(/g, "%28").replace(/\)/g, "%29").replace(/\*/g, "%2A");
      }
      function normalize(params) {
        var list = [];
        var flated = {};
        flatMap(flated, params);
        var keys = Object.keys(flated).sort();
        for (let i = 0; i < keys.length; i++) {
          var key = keys[i];
          var value = flated[key];
          list.push([ encode(key), encode(value) ]);
        }
        return list;
      }
      function canonicalize(normalized) {
        var fields = [];
        for (var i = 0; i < normalized.length; i++) {
          var [key, value] = normalized[i];
          fields.push(key + "=" + value);
        }
        return fields.join("&");
      }
      function isModelClass(t) {
        if (!t) return !1;
        return typeof t.types === "function" && typeof t.names === "function";
      }
      function isObjectOrArray(t) {
        return Array.isArray(t) || t instanceof Object && typeof t !== "function";
      }
      function toMap(input) {
        if (!isObjectOrArray(input)) return null;
        if (input instanceof $tea.Model) return $tea.toMap(input);
        if (input && input.toMap && typeof input.toMap === "function") return input.toMap();
        if (Array.isArray(input)) {
          const result = [];
          input.forEach(value => {
            isObjectOrArray(value) ? result.push(toMap(value)) : result.push(value);
          });
          return result;
        }
        if (input instanceof Object) {
          const result = {};
          Object.entries(input).forEach(([key, value]) => {
            isObjectOrArray(value) ? result[key] = toMap(value) : result[key] = value;
          });
          return result;
        }
      }
      class Client {
        static convert(input, output) {
          if (!output) return;
          let inputModel = Object.assign({}, input);
          let constructor = output.constructor;
          let types = constructor.types();
          for (let key of Object.keys(constructor.names())) if (inputModel[key] !== null && inputModel[key] !== void 0) if (isModelClass(types[key])) {
            output[key] = new types[key](output[key]);
            Client.convert(inputModel[key], output[key]);
          } else if (types[key] && types[key].type === "array") output[key] = inputModel[key].map(function(d) {
            if (isModelClass(types[key].itemType)) {
              var item = new types[key].itemType({});
              Client.convert(d, item);
              return item;
            }
            return d;
          }); else if (types[key] && types[key].type === "map") {
            output[key] = {};
            Object.keys(inputModel[key]).map(function(d) {
              if (isModelClass(types[key].valueType)) {
                var item = new types[key].valueType({});
                Client.convert(inputModel[key][d], item);
                output[key][d] = item;
              } else output[key][d] = inputModel[key][d];
            });
          } else output[key] = inputModel[key];
        }
        static getStringToSign(request) {
          const method = request.method;
          const accept = request.headers["accept"];
          const contentMD5 = request.headers["content-md5"] || "";
          const contentType = request.headers["content-type"] || "";
          const date = request.headers["date"] || "";
          const header = `${method}\n${accept}\n${contentMD5}\n${contentType}\n${date}\n`;
          const canonicalizedHeaders = getCanonicalizedHeaders(request.headers);
          const canonicalizedResource = getCanonicalizedResource(request.pathname, request.query);
          return `${header}${canonicalizedHeaders}${canonicalizedResource}`;
        }
        static getROASignature(stringToSign, secret) {
          const utf8Buff = Buffer.from(stringToSign, "utf8");
          return kitx_1.default.sha1(utf8Buff, secret, "base64");
        }
        static toForm(filter) {
          if (!filter) return "";
          let target = {};
          flatMap(target, filter);
          return tea_util_1.default.toFormString(target);
        }
        static getTimestamp() {
          let date = new Date;
          let YYYY = date.getUTCFullYear();
          let MM = kitx_1.default.pad2(date.getUTCMonth() + 1);
          let DD = kitx_1.default.pad2(date.getUTCDate());
          let HH = kitx_1.default.pad2(date.getUTCHours());
          let mm = kitx_1.default.pad2(date.getUTCMinutes());
          let ss = kitx_1.default.pad2(date.getUTCSeconds());
          return `${YYYY}-${MM}-${DD}T${HH}:${mm}:${ss}Z`;
        }
        static query(filter) {
          if (!filter) return {};
          let ret = {};
          flatMap(ret, filter);
          return ret;
        }
        static getRPCSignature(signedParams, method, secret) {
          var normalized = normalize(signedParams);
          var canonicalized = canonicalize(normalized);
          var stringToSign = `${method}&${encode("/")}&${encode(canonicalized)}`;
          const key = secret + "&";
          return kitx_1.default.sha1(stringToSign, key, "base64");
        }
        static arrayToStringWithSpecifiedStyle(array, prefix, style) {
          if (!array) return "";
          if (style === "repeatList") {
            let target = {};
            replaceRepeatList(target, array, prefix);
            return querystring_1.default.stringify(target, "&&");
          }
          return style === "json" ? JSON.stringify(toMap(array)) : style === "simple" ? array.join(",") : style === "spaceDelimited" ? array.join(" ") : style === "pipeDelimited" ? array.join("|") : "";
        }
        static parseToMap(input) {
          return toMap(input);
        }
        static getEndpoint(endpoint, serverUse, endpointType) {
          if (endpointType == "internal") {
            let strs = endpoint.split(".");
            strs[0] += "-internal";
            endpoint = strs.join(".");
          }
          if (serverUse && endpointType == "accelerate") return "oss-accelerate.aliyuncs.com";
          return endpoint;
        }
        static hexEncode(raw) {
          return raw.toString("hex");
        }
        static hash(raw, signatureAlgorithm) {
          if (signatureAlgorithm === "ACS3-HMAC-SHA256" || signatureAlgorithm === "ACS3-RSA-SHA256") {
            const obj = crypto_1.default.createHash("sha256");
            obj.update(raw);
            return obj.digest();
          }
          if (signatureAlgorithm == "ACS3-HMAC-SM3") {
            const obj = crypto_1.default.createHash("sm3");
            obj.update(raw);
            return obj.digest();
          }
        }
        static signatureMethod(secret, source, signatureAlgorithm) {
          if (signatureAlgorithm === "ACS3-HMAC-SHA256") {
            const obj = crypto_1.default.createHmac("sha256", secret);
            obj.update(source);
            return obj.digest();
          }
          if (signatureAlgorithm === "ACS3-HMAC-SM3") {
            const obj = crypto_1.default.createHmac("sm3", secret);
            obj.update(source);
            return obj.digest();
          }
          if (signatureAlgorithm === "ACS3-RSA-SHA256") {
            secret.startsWith(PEM_BEGIN) || (secret = PEM_BEGIN + secret);
            secret.endsWith(PEM_END) || (secret += PEM_END);
            var signerObject = crypto_1.default.createSign("RSA-SHA256");
            signerObject.update(source);
            var signature = signerObject.sign({
              key: secret,
              padding: crypto_1.default.constants.RSA_PKCS1_PADDING
            });
            return signature;
          }
        }
        static getAuthorization(request, signatureAlgorithm, payload, acesskey, accessKeySecret) {
          const canonicalURI = (request.pathname || "").replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
          const method = request.method;
          const canonicalQueryString = getAuthorizationQueryString(request.query);
          const tuple = getAuthorizationHeaders(request.headers);
          const canonicalheaders = tuple["canonicalheaders"];
          const signedHeaders = tuple["hsKeys"];
          const canonicalRequest = method + "\n" + canonicalURI + "\n" + canonicalQueryString + "\n" + canonicalheaders + "\n" + signedHeaders.join(";") + "\n" + payload;
          let raw = Buffer.from(canonicalRequest);
          const stringToSign = signatureAlgorithm + "\n" + Client.hexEncode(Client.hash(raw, signatureAlgorithm));
          const signature = Client.hexEncode(Client.signatureMethod(accessKeySecret, stringToSign, signatureAlgorithm));
          const auth = `${signatureAlgorithm} Credential=${acesskey},SignedHeaders=${signedHeaders.join(";")},Signature=${signature}`;
          return auth;
        }
        static getEncodePath(path) {
          if (typeof path === "undefined" || path === null) return "";
          let strs = path.split("/");
          for (let i = 0; i < strs.length; i++) strs[i] = encode(strs[i]);
          return strs.join("/");
        }
        static getEncodeParam(param) {
          if (typeof param === "undefined" || param === null) return "";
          return encode(param);
        }
        static mapToFlatStyle(object) {
          if (object === null || object === void 0) return object;
          if (Array.isArray(object)) {
            const list = [];
            for (let i = 0; i < object.length; i++) list.push(Client.mapToFlatStyle(object[i]));
            return list;
          }
          if (object instanceof $tea.Model || object && object.toMap && typeof object.toMap === "function") {
            const map = object instanceof $tea.Model ? $tea.toMap(object) : object.toMap();
            const result = {};
            for (const key of Object.keys(map)) {
              const value = map[key];
              if (value === null || value === void 0 || typeof value !== "object" || Array.isArray(value) || value instanceof $tea.Model || value.toMap && typeof value.toMap === "function") result[key] = Client.mapToFlatStyle(value); else {
                const flatMap = {};
                for (const entryKey of Object.keys(value)) flatMap[`#${entryKey.length}#${entryKey}`] = Client.mapToFlatStyle(value[entryKey]);
                result[key] = flatMap;
              }
            }
            return result;
          }
          if (typeof object === "object") {
            const flatMap = {};
            for (const key of Object.keys(object)) flatMap[`#${key.length}#${key}`] = Client.mapToFlatStyle(object[key]);
            return flatMap;
          }
          return object;
        }
      }
      exports["default"] = Client;
    },
    129: function(__unused_webpack_module, exports, __nccwpck_require__) {
      var __createBinding = this && this.__createBinding || (Object.create ? function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        Object.defineProperty(o, k2, {
          enumerable: !0,
          get: function() {
            return m[k];
          }
        });
      } : function(o, m, k, k2) {
        k2 === void 0 && (k2 = k);
        o[k2] = m[k];
      });
      var __setModuleDefault = this && this.__setModuleDefault || (Object.create ? function(o, v) {
        Object.defineProperty(o, "default", {
          enumerable: !0,
          value: v
        });
      } : function(o, v) {
        o["default"] = v;
      });
      var __importStar = this && this.__importStar || function(mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k in mod) k !== "default" && Object.hasOwnProperty.call(mod, k) && __createBinding(result, mod, k);
        __setModuleDefault(result, mod);
        return result;
      };
      var __importDefault = this && this.__importDefault || function(mod) {
        return mod && mod.__esModule ? mod : {
          default: mod
        };
      };
      Object.defineProperty(exports, "__esModule", {
        value: !0
      });
      exports.RuntimeOptions = exports.ExtendsParameters = void 0;
      const stream_1 = __nccwpck_require__(203);
      const $tea = __importStar(__nccwpck_require__(275));
      const kitx = __importStar(__nccwpck_require__(771));
      const querystring_1 = __importDefault(__nccwpck_require__(480));
      const os_1 = __nccwpck_require__(857);
      const DEFAULT_USER_AGENT = `AlibabaCloud (${os_1.platform()}; ${os_1.arch()}) Node.js/${process.version} Core/1.0.1 TeaDSL/1`;
      class ExtendsParameters extends $tea.Model {
        constructor(map) {
          super(map);
        }
        static names() {
          return {
            headers: "headers",
            queries: "queries"
          };
        }
        static types() {
          return {
            headers: {
              type: "map",
              keyType: "string",
              valueType: "string"
            },
            queries: {
              type: "map",
              keyType: "string",
              valueType: "string"
            }
          };
        }
      }
      exports.ExtendsParameters = ExtendsParameters;
      class RuntimeOptions extends $tea.Model {
        constructor(map) {
          super(map);
        }
        static names() {
          return {
            autoretry: "autoretry",
            ignoreSSL: "ignoreSSL",
            key: "key",
            cert: "cert",
            ca: "ca",
            maxAttempts: "max_attempts",
            backoffPolicy: "backoff_policy",
            backoffPeriod: "backoff_period",
            readTimeout: "readTimeout",
            connectTimeout: "connectTimeout",
            httpProxy: "httpProxy",
            httpsProxy: "httpsProxy",
            noProxy: "noProxy",
            maxIdleConns: "maxIdleConns",
            keepAlive: "keepAlive",
            extendsParameters: "extendsParameters"
          };
        }
        static types() {
          return {
            autoretry: "boolean",
            ignoreSSL: "boolean",
            key: "string",
            cert: "string",
            ca: "string",
            maxAttempts: "number",
            backoffPolicy: "string",
            backoffPeriod: "number",
            readTimeout: "number",
            connectTimeout: "number",
            httpProxy: "string",
            httpsProxy: "string",
            noProxy: "string",
            maxIdleConns: "number",
            keepAlive: "boolean",
            extendsParameters: ExtendsParameters
          };
        }
      }
      exports.RuntimeOptions = RuntimeOptions;
      function read(readable) {
        return new Promise((resolve, reject) => {
          let onData, onError, onEnd;
          var cleanup = function() {
            readable.removeListener("error", onError);
            readable.removeListener("data", onData);
            readable.removeListener("end", onEnd);
          };
          var bufs = [];
          var size = 0;
          onData = function(buf) {
            bufs.push(buf);
            size += buf.length;
          };
          onError = function(err) {
            cleanup();
            reject(err);
          };
          onEnd = function() {
            cleanup();
            resolve(Buffer.concat(bufs, size));
          };
          readable.on("error", onError);
          readable.on("data", onData);
          readable.on("end", onEnd);
        });
      }
      class Client {
        static toString(buff) {
          return buff.toString();
        }
        static parseJSON(text) {
          return JSON.parse(text);
        }
        static async readAsBytes(stream) {
          return await read(stream);
        }
        static async readAsString(stream) {
          let buff = await Client.readAsBytes(stream);
          return Client.toString(buff);
        }
        static async readAsJSON(stream) {
          return Client.parseJSON(await Client.readAsString(stream));
        }
        static getNonce() {
          return kitx.makeNonce();
        }
        static getDateUTCString() {
          const now = new Date;
          return now.toUTCString();
        }
        static defaultString(real, defaultValue) {
          return real || defaultValue;
        }
        static defaultNumber(real, defaultValue) {
          return real || defaultValue;
        }
        static toFormString(val) {
          return querystring_1.default.stringify(val);
        }
        static toJSONString(val) {
          if (typeof val === "string") return val;
          return JSON.stringify(val);
        }
        static toBytes(val) {
          return Buffer.from(val);
        }
        static empty(val) {
          return !val;
        }
        static equalString(val1, val2) {
          return val1 === val2;
        }
        static equalNumber(val1, val2) {
          return val1 === val2;
        }
        static isUnset(value) {
          if (typeof value === "undefined") return !0;
          if (value === null) return !0;
          return !1;
        }
        static stringifyMapValue(m) {
          if (!m) return m;
          const result = {};
          for (const [key, value] of Object.entries(m)) {
            if (typeof value === "undefined" || value === null) continue;
            result[key] = String(value);
          }
          return result;
        }
        static anyifyMapValue(m) {
          return m;
        }
        static assertAsBoolean(value) {
          if (typeof value === "boolean") return value;
          throw new Error("The value is not a boolean");
        }
        static assertAsString(value) {
          if (typeof value === "string") return value;
          throw new Error("The value is not a string");
        }
        static assertAsNumber(value) {
          if (typeof value === "number") return value;
          throw new Error("The value is not a number");
        }
        static assertAsInteger(value) {
          if (Number.isInteger(value)) return value;
          throw new Error("The value is not a int number");
        }
        static assertAsMap(value) {
          if (value && typeof value === "object" && !Array.isArray(value)) return value;
          throw new Error("The value is not a object");
        }
        static assertAsArray(value) {
          if (Array.isArray(value)) return value;
          throw new Error("The value is not array");
        }
        static assertAsBytes(value) {
          if (Buffer.isBuffer(value)) return value;
          throw new Error("The value is not bytes");
        }
        static getUserAgent(userAgent) {
          if (!userAgent || !userAgent.length) return DEFAULT_USER_AGENT;
          return DEFAULT_USER_AGENT + " " + userAgent;
        }
        static is2xx(code) {
          return code >= 200 && code < 300;
        }
        static is3xx(code) {
          return code >= 300 && code < 400;
        }
        static is4xx(code) {
          return code >= 400 && code < 500;
        }
        static is5xx(code) {
          return code >= 500 && code < 600;
        }
        static validateModel(m) {}
        static toMap(inputModel) {
          return $tea.toMap(inputModel);
        }
        static async sleep(millisecond) {
          return new Promise(resolve => {
            setTimeout(() => {
              resolve();
            }, millisecond);
          });
        }
        static toArray(input) {
          if (!(input instanceof Array)) return null;
          let ret = [];
          input.forEach(model => {
            if (!model) return;
            ret.push($tea.toMap(model));
          });
          return ret;
        }
        static assertAsReadable(value) {
          if (value instanceof stream_1.Readable) return value;
          throw new Error("The value is not a readable");
        }
      }
      exports["default"] = Client;
    },
    982: module => {
      module.exports = require("crypto");
    },
    857: module => {
      module.exports = require("os");
    },
    480: module => {
      module.exports = require("querystring");
    },
    801: module => {
      module.exports = lazily(() => require("../lazy/credentials.cjs"));
    },
    738: module => {
      module.exports = lazily(() => absent("@alicloud/gateway-spi"));
    },
    275: module => {
      module.exports = require("../action.cjs").shared["@alicloud/tea-typescript"];
    },
    653: module => {
      module.exports = lazily(() => require("../lazy/xml.cjs"));
    },
    771: module => {
      module.exports = require("../action.cjs").shared["kitx"];
    },
    203: module => {
      module.exports = require("stream");
    }
  };
  var __webpack_module_cache__ = {};
  function __nccwpck_require__(moduleId) {
    var cachedModule = __webpack_module_cache__[moduleId];
    if (cachedModule !== void 0) return cachedModule.exports;
    var module = __webpack_module_cache__[moduleId] = {
      exports: {}
    };
    var threw = !0;
    try {
      __webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
      threw = !1;
    } finally {
      threw && delete __webpack_module_cache__[moduleId];
    }
    return module.exports;
  }
  typeof __nccwpck_require__ !== "undefined" && (__nccwpck_require__.ab = __dirname + "/");
  var __webpack_exports__ = {};
  const external_node_fs_namespaceObject = require("node:fs");
  const external_node_path_namespaceObject = require("node:path");
  const promises_namespaceObject = require("node:timers/promises");
  const external_node_http_namespaceObject = require("node:http");
  const log_namespaceObject = lazily(() => require("../lazy/log.cjs"));
  const external_node_async_hooks_namespaceObject = require("node:async_hooks");
  const external_node_diagnostics_channel_namespaceObject = require("node:diagnostics_channel");
  const LONGEST_ANSWER = 8388608;
  const HURRIED = 2500;
  const uptime = () => process.uptime() * 1e3;
  const current = new external_node_async_hooks_namespaceObject.AsyncLocalStorage;
  const byRequest = new WeakMap;
  let listening = !1;
  async function withinLimits({connect: connect, total: total, hurry: hurry, hurried: hurried = HURRIED}, work) {
    listen();
    const started = uptime();
    let reject = () => {};
    const givenUp = new Promise((_, refuse) => {
      reject = refuse;
    });
    const tracker = {
      connected: !1,
      gaveUp: void 0,
      after: 0,
      request: void 0,
      response: void 0,
      bytes: 0,
      requests: new Set,
      sockets: new Set,
      giveUp: why => {
        if (tracker.gaveUp !== void 0) return;
        tracker.gaveUp = why;
        tracker.after = Math.round(uptime() - started);
        for (const request of tracker.requests) request.destroy();
        reject(new Error(`given up: ${why}`));
      }
    };
    const late = () => tracker.giveUp(tracker.connected ? "waiting" : "connecting");
    const timers = [ setTimeout(late, hurry.aborted ? Math.min(total, hurried) : total) ];
    timers.push(setTimeout(() => tracker.connected || late(), connect));
    const makeHaste = () => timers.push(setTimeout(late, hurried));
    hurry.addEventListener("abort", makeHaste, {
      once: !0
    });
    try {
      return {
        ok: !0,
        value: await current.run(tracker, () => Promise.race([ work(), givenUp ])),
        seen: tracker
      };
    } catch (error) {
      return {
        ok: !1,
        error: error,
        seen: tracker
      };
    } finally {
      for (const timer of timers) clearTimeout(timer);
      hurry.removeEventListener("abort", makeHaste);
      if (tracker.gaveUp !== void 0 || !tracker.connected) for (const socket of tracker.sockets) socket.destroy();
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
      const tracker = byRequest.get(request);
      if (tracker === void 0) return;
      tracker.response = response;
      bound(response, tracker, () => !0);
    });
    (0, external_node_diagnostics_channel_namespaceObject.subscribe)("net.client.socket", message => {
      const tracker = current.getStore();
      const {socket: socket} = message;
      if (tracker === void 0) return;
      tracker.sockets.add(socket);
      bound(socket, tracker, () => !tracker.connected);
    });
  }
  function begin(request) {
    const tracker = current.getStore();
    if (tracker === void 0 || byRequest.has(request)) return;
    byRequest.set(request, tracker);
    tracker.requests.add(request);
    tracker.request = request;
    tracker.gaveUp !== void 0 && request.destroy();
  }
  function noteConnection(request, tracker) {
    const socket = request.socket;
    if (tracker === void 0 || socket === null) return;
    const connected = () => {
      tracker.connected = !0;
    };
    socket.connecting || socket.secureConnecting ? socket.once(socket.encrypted ? "secureConnect" : "connect", connected) : connected();
  }
  function bound(stream, tracker, counts) {
    const push = stream.push.bind(stream);
    stream.push = (chunk, encoding) => {
      counts() && (tracker.bytes += chunk?.length ?? 0);
      tracker.bytes > LONGEST_ANSWER && tracker.giveUp("too-long");
      return push(chunk, encoding);
    };
  }
  function succeeded(value) {
    return {
      ok: !0,
      value: value
    };
  }
  function failed(error) {
    return {
      ok: !1,
      error: error
    };
  }
  function utils_isInteger(value) {
    return INTEGER_REGEX.test(value);
  }
  const INTEGER_REGEX = /^-?[0-9]+$/;
  function utils_isNumber(value) {
    return NUMBER_REGEX.test(value);
  }
  const NUMBER_REGEX = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
  function isSafeNumber(value, config) {
    if (utils_isInteger(value)) return Number.isSafeInteger(Number.parseInt(value, 10));
    const num = Number.parseFloat(value);
    if (Number.isInteger(num) && !Number.isSafeInteger(num)) return !1;
    const parsed = String(num);
    if (value === parsed) return !0;
    const valueDigits = extractSignificantDigits(value);
    const parsedDigits = extractSignificantDigits(parsed);
    if (valueDigits === parsedDigits) return !0;
    if (config?.approx === !0) {
      const requiredDigits = 14;
      if (parsedDigits.length >= requiredDigits && valueDigits.startsWith(parsedDigits.substring(0, requiredDigits))) return !0;
    }
    return !1;
  }
  let UnsafeNumberReason = function(UnsafeNumberReason) {
    UnsafeNumberReason["underflow"] = "underflow";
    UnsafeNumberReason["overflow"] = "overflow";
    UnsafeNumberReason["truncate_integer"] = "truncate_integer";
    UnsafeNumberReason["truncate_float"] = "truncate_float";
    return UnsafeNumberReason;
  }({});
  function getUnsafeNumberReason(value) {
    if (isSafeNumber(value, {
      approx: !1
    })) return;
    if (utils_isInteger(value)) return UnsafeNumberReason.truncate_integer;
    const num = Number.parseFloat(value);
    if (!Number.isFinite(num)) return UnsafeNumberReason.overflow;
    if (num === 0) return UnsafeNumberReason.underflow;
    return UnsafeNumberReason.truncate_float;
  }
  function extractSignificantDigits(value) {
    const {start: start, end: end} = getSignificantDigitRange(value);
    const digits = value.substring(start, end);
    const dot = digits.indexOf(".");
    if (dot === -1) return digits;
    return digits.substring(0, dot) + digits.substring(dot + 1);
  }
  function getSignificantDigitRange(value) {
    let start = 0;
    value[0] === "-" && start++;
    while (value[start] === "0" || value[start] === ".") start++;
    let end = value.lastIndexOf("e");
    end === -1 && (end = value.lastIndexOf("E"));
    end === -1 && (end = value.length);
    while ((value[end - 1] === "0" || value[end - 1] === ".") && end > start) end--;
    return {
      start: start,
      end: end
    };
  }
  const losslessNumberMarker = Symbol.for("lossless-json.LosslessNumber");
  class LosslessNumber {
    value;
    isLosslessNumber=!0;
    get [losslessNumberMarker]() {
      return !0;
    }
    constructor(value) {
      if (!utils_isNumber(value)) throw new Error(`Invalid number (value: "${value}")`);
      this.value = value;
    }
    valueOf() {
      const unsafeReason = getUnsafeNumberReason(this.value);
      if (unsafeReason === void 0 || unsafeReason === UnsafeNumberReason.truncate_float) return Number.parseFloat(this.value);
      if (utils_isInteger(this.value)) return BigInt(this.value);
      throw new Error(`Cannot safely convert to number: the value '${this.value}' would ${unsafeReason} and become ${Number.parseFloat(this.value)}`);
    }
    toString() {
      return this.value;
    }
  }
  function LosslessNumber_isLosslessNumber(value) {
    return value !== null && typeof value === "object" && value[losslessNumberMarker] === !0;
  }
  function parseLosslessNumber(value) {
    return new LosslessNumber(value);
  }
  function revive(json, reviver) {
    return reviveValue({
      "": json
    }, "", json, reviver);
  }
  function reviveValue(context, key, value, reviver) {
    if (Array.isArray(value)) return reviver.call(context, key, reviveArray(value, reviver));
    if (value && typeof value === "object" && !LosslessNumber_isLosslessNumber(value)) return reviver.call(context, key, reviveObject(value, reviver));
    return reviver.call(context, key, value);
  }
  function reviveObject(object, reviver) {
    for (const key of Object.keys(object)) {
      const value = reviveValue(object, key, object[key], reviver);
      value !== void 0 ? object[key] = value : delete object[key];
    }
    return object;
  }
  function reviveArray(array, reviver) {
    for (let i = 0; i < array.length; i++) {
      const value = reviveValue(array, String(i), array[i], reviver);
      value === void 0 ? delete array[i] : array[i] = value;
    }
    return array;
  }
  function parse_parse(text, reviver, options) {
    const optionsObj = typeof options === "function" ? {
      parseNumber: options
    } : options;
    const parseNumber = optionsObj?.parseNumber ?? parseLosslessNumber;
    const onDuplicateKey = optionsObj?.onDuplicateKey ?? throwDuplicateKey;
    let i = 0;
    const value = parseValue();
    expectValue(value);
    expectEndOfInput();
    return reviver ? revive(value, reviver) : value;
    function parseObject() {
      if (text.charCodeAt(i) === codeOpeningBrace) {
        i++;
        skipWhitespace();
        const object = {};
        let initial = !0;
        while (i < text.length && text.charCodeAt(i) !== codeClosingBrace) {
          if (initial) initial = !1; else {
            eatComma();
            skipWhitespace();
          }
          const start = i;
          const key = parseString();
          if (key === void 0) {
            throwObjectKeyExpected();
            return;
          }
          skipWhitespace();
          eatColon();
          const value = parseValue();
          if (value === void 0) {
            throwObjectValueExpected();
            return;
          }
          if (Object.prototype.hasOwnProperty.call(object, key) && !isDeepEqual(value, object[key])) {
            const returnedValue = onDuplicateKey({
              key: key,
              position: start + 1,
              oldValue: object[key],
              newValue: value
            });
            returnedValue !== void 0 && setObjectKey(object, key, returnedValue);
          } else setObjectKey(object, key, value);
        }
        text.charCodeAt(i) !== codeClosingBrace && throwObjectKeyOrEndExpected();
        i++;
        return object;
      }
    }
    function parseArray() {
      if (text.charCodeAt(i) === codeOpeningBracket) {
        i++;
        skipWhitespace();
        const array = [];
        let initial = !0;
        while (i < text.length && text.charCodeAt(i) !== codeClosingBracket) {
          initial ? initial = !1 : eatComma();
          const value = parseValue();
          expectArrayItem(value);
          array.push(value);
        }
        text.charCodeAt(i) !== codeClosingBracket && throwArrayItemOrEndExpected();
        i++;
        return array;
      }
    }
    function parseValue() {
      skipWhitespace();
      const value = parseString() ?? parseNumeric() ?? parseObject() ?? parseArray() ?? parseKeyword("true", !0) ?? parseKeyword("false", !1) ?? parseKeyword("null", null);
      skipWhitespace();
      return value;
    }
    function parseKeyword(name, value) {
      if (text.slice(i, i + name.length) === name) {
        i += name.length;
        return value;
      }
    }
    function skipWhitespace() {
      while (isWhitespace(text.charCodeAt(i))) i++;
    }
    function parseString() {
      if (text.charCodeAt(i) === codeDoubleQuote) {
        i++;
        let result = "";
        while (i < text.length && text.charCodeAt(i) !== codeDoubleQuote) {
          if (text.charCodeAt(i) === codeBackslash) {
            const char = text[i + 1];
            const escapeChar = escapeCharacters[char];
            if (escapeChar !== void 0) {
              result += escapeChar;
              i++;
            } else if (char === "u") if (isHex(text.charCodeAt(i + 2)) && isHex(text.charCodeAt(i + 3)) && isHex(text.charCodeAt(i + 4)) && isHex(text.charCodeAt(i + 5))) {
              result += String.fromCharCode(Number.parseInt(text.slice(i + 2, i + 6), 16));
              i += 5;
            } else throwInvalidUnicodeCharacter(i); else throwInvalidEscapeCharacter(i);
          } else isValidStringCharacter(text.charCodeAt(i)) ? result += text[i] : throwInvalidCharacter(text[i]);
          i++;
        }
        expectEndOfString();
        i++;
        return result;
      }
    }
    function parseNumeric() {
      const start = i;
      if (text.charCodeAt(i) === codeMinus) {
        i++;
        expectDigit(start);
      }
      if (text.charCodeAt(i) === codeZero) i++; else {
        if (!isNonZeroDigit(text.charCodeAt(i))) return;
        i++;
        while (isDigit(text.charCodeAt(i))) i++;
      }
      if (text.charCodeAt(i) === codeDot) {
        i++;
        expectDigit(start);
        while (isDigit(text.charCodeAt(i))) i++;
      }
      if (text.charCodeAt(i) === codeLowercaseE || text.charCodeAt(i) === codeUppercaseE) {
        i++;
        text.charCodeAt(i) !== codeMinus && text.charCodeAt(i) !== codePlus || i++;
        expectDigit(start);
        while (isDigit(text.charCodeAt(i))) i++;
      }
      if (i > start) return parseNumber(text.slice(start, i));
    }
    function eatComma() {
      if (text.charCodeAt(i) !== codeComma) throw new SyntaxError(`Comma ',' expected after value ${gotAt()}`);
      i++;
    }
    function eatColon() {
      if (text.charCodeAt(i) !== codeColon) throw new SyntaxError(`Colon ':' expected after property name ${gotAt()}`);
      i++;
    }
    function expectValue(value) {
      if (value === void 0) throw new SyntaxError(`JSON value expected ${gotAt()}`);
    }
    function expectArrayItem(value) {
      if (value === void 0) throw new SyntaxError(`Array item expected ${gotAt()}`);
    }
    function expectEndOfInput() {
      if (i < text.length) throw new SyntaxError(`Expected end of input ${gotAt()}`);
    }
    function expectDigit(start) {
      if (!isDigit(text.charCodeAt(i))) {
        const numSoFar = text.slice(start, i);
        throw new SyntaxError(`Invalid number '${numSoFar}', expecting a digit ${gotAt()}`);
      }
    }
    function expectEndOfString() {
      if (text.charCodeAt(i) !== codeDoubleQuote) throw new SyntaxError(`End of string '"' expected ${gotAt()}`);
    }
    function throwObjectKeyExpected() {
      throw new SyntaxError(`Quoted object key expected ${gotAt()}`);
    }
    function throwDuplicateKey({key: key, position: position}) {
      throw new SyntaxError(`Duplicate key '${key}' encountered at position ${position}`);
    }
    function throwObjectKeyOrEndExpected() {
      throw new SyntaxError(`Quoted object key or end of object '}' expected ${gotAt()}`);
    }
    function throwArrayItemOrEndExpected() {
      throw new SyntaxError(`Array item or end of array ']' expected ${gotAt()}`);
    }
    function throwInvalidCharacter(char) {
      throw new SyntaxError(`Invalid character '${char}' ${pos()}`);
    }
    function throwInvalidEscapeCharacter(start) {
      const chars = text.slice(start, start + 2);
      throw new SyntaxError(`Invalid escape character '${chars}' ${pos()}`);
    }
    function throwObjectValueExpected() {
      throw new SyntaxError(`Object value expected after ':' ${pos()}`);
    }
    function throwInvalidUnicodeCharacter(start) {
      const chars = text.slice(start, start + 6);
      throw new SyntaxError(`Invalid unicode character '${chars}' ${pos()}`);
    }
    function pos() {
      return `at position ${i}`;
    }
    function got() {
      return i < text.length ? `but got '${text[i]}'` : "but reached end of input";
    }
    function gotAt() {
      return `${got()} ${pos()}`;
    }
  }
  function setObjectKey(object, key, value) {
    key === "__proto__" ? Object.defineProperty(object, key, {
      value: value,
      writable: !0,
      enumerable: !0,
      configurable: !0
    }) : object[key] = value;
  }
  function isWhitespace(code) {
    return code === codeSpace || code === codeNewline || code === codeTab || code === codeReturn;
  }
  function isHex(code) {
    return code >= codeZero && code <= codeNine || code >= codeUppercaseA && code <= codeUppercaseF || code >= codeLowercaseA && code <= codeLowercaseF;
  }
  function isDigit(code) {
    return code >= codeZero && code <= codeNine;
  }
  function isNonZeroDigit(code) {
    return code >= codeOne && code <= codeNine;
  }
  function isValidStringCharacter(code) {
    return code >= 32 && code <= 1114111;
  }
  function isDeepEqual(a, b) {
    if (a === b) return !0;
    if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isDeepEqual(item, b[index]));
    if (isObject(a) && isObject(b)) {
      const keys = [ ...new Set([ ...Object.keys(a), ...Object.keys(b) ]) ];
      return keys.every(key => isDeepEqual(a[key], b[key]));
    }
    return !1;
  }
  function isObject(value) {
    return typeof value === "object" && value !== null;
  }
  const escapeCharacters = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    b: "\b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t"
  };
  const codeBackslash = 92;
  const codeOpeningBrace = 123;
  const codeClosingBrace = 125;
  const codeOpeningBracket = 91;
  const codeClosingBracket = 93;
  const codeSpace = 32;
  const codeNewline = 10;
  const codeTab = 9;
  const codeReturn = 13;
  const codeDoubleQuote = 34;
  const codePlus = 43;
  const codeMinus = 45;
  const codeZero = 48;
  const codeOne = 49;
  const codeNine = 57;
  const codeComma = 44;
  const codeDot = 46;
  const codeColon = 58;
  const codeUppercaseA = 65;
  const codeLowercaseA = 97;
  const codeUppercaseE = 69;
  const codeLowercaseE = 101;
  const codeUppercaseF = 70;
  const codeLowercaseF = 102;
  function jsonStringifyReplacer(_, value) {
    if (typeof value === "bigint") return value.toString();
    return value;
  }
  class Cached {
    constructor(getter) {
      this._getter = getter;
      this._value = void 0;
    }
    get value() {
      const getter = this._getter;
      if (getter !== void 0) {
        this._value = getter();
        this._getter = void 0;
      }
      return this._value;
    }
  }
  function cached(getter) {
    return new Cached(getter);
  }
  function nullish(input) {
    return input === null || input === void 0;
  }
  function cleanRegex(source) {
    const start = source.startsWith("^") ? 1 : 0;
    const end = source.endsWith("$") ? source.length - 1 : source.length;
    return source.slice(start, end);
  }
  function assignProp(target, prop, value) {
    Object.defineProperty(target, prop, {
      value: value,
      writable: !0,
      enumerable: !0,
      configurable: !0
    });
  }
  const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
  function util_isObject(data) {
    return typeof data === "object" && data !== null && !Array.isArray(data);
  }
  function clone(inst, def, params) {
    const cl = new inst._zod.constr(def ?? inst._zod.def);
    def && !params?.parent || (cl._zod.parent = inst);
    return cl;
  }
  function normalizeParams(_params) {
    const params = _params;
    if (!params) return {};
    if (typeof params === "string") return {
      error: () => params
    };
    if (params?.message !== void 0) {
      if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
      params.error = params.message;
    }
    delete params.message;
    if (typeof params.error === "string") return {
      ...params,
      error: () => params.error
    };
    return params;
  }
  function optionalKeys(shape) {
    return Object.keys(shape).filter(k => shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional");
  }
  function aborted(x, startIndex = 0) {
    if (x.aborted === !0) return !0;
    for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== !0) return !0;
    return !1;
  }
  function explicitlyAborted(x, startIndex = 0) {
    if (x.aborted === !0) return !0;
    for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === !1) return !0;
    return !1;
  }
  function prefixIssues(path, issues) {
    return issues.map(iss => {
      var _a;
      (_a = iss).path ?? (_a.path = []);
      iss.path.unshift(path);
      return iss;
    });
  }
  function unwrapMessage(message) {
    return typeof message === "string" ? message : message?.message;
  }
  function sizeCaps(defChecks) {
    const caps = [];
    for (const ch of defChecks ?? []) {
      const d = ch._zod.def;
      if (!/_(length|size)$|_equals$/.test(d.check)) break;
      const max = d.maximum ?? d.length ?? d.size;
      max >= 0 && caps.push([ max, ch ]);
    }
    return caps;
  }
  function attachSchema(issues, start, inst) {
    var _a;
    for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
  }
  function finalizeIssue(iss, ctx, config) {
    var _a;
    const traits = iss.inst?._zod?.traits;
    traits?.has("$ZodType") && (traits.has("$ZodCheck") ? (_a = iss).schema ?? (_a.schema = iss.inst) : iss.schema = iss.inst);
    const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
    const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
    const full = {};
    for (const k of Object.keys(iss)) {
      if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
      full[k] = iss[k];
    }
    full.path ?? (full.path = []);
    full.message = message;
    ctx?.reportInput && (full.input = iss.input);
    return full;
  }
  const highSurrogate = /[\uD800-\uDBFF]/;
  function codePointLength(str) {
    const units = str.length;
    if (!highSurrogate.test(str)) return units;
    let count = units;
    for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
      count--;
      i++;
    }
    return count;
  }
  function getLengthableOrigin(input) {
    if (Array.isArray(input)) return "array";
    if (typeof input === "string") return "string";
    return "unknown";
  }
  function members(proto, table) {
    for (const key in table) {
      const desc = Object.getOwnPropertyDescriptor(table, key);
      desc.get ? Object.defineProperty(proto, key, {
        ...desc,
        enumerable: !1
      }) : defineBound(proto, key, desc.value);
    }
  }
  function own(inst, key, value, enumerable = !0) {
    Object.defineProperty(inst, key, {
      configurable: !0,
      writable: !0,
      enumerable: enumerable,
      value: value
    });
    return value;
  }
  function hide(inst, key, value) {
    return own(inst, key, value, !1);
  }
  function defineBound(proto, key, fn) {
    Object.defineProperty(proto, key, {
      configurable: !0,
      get() {
        return this == null ? fn : own(this, key, fn.bind(this));
      },
      set(value) {
        own(this, key, value);
      }
    });
  }
  function claim(inst, sentinel) {
    const proto = Object.getPrototypeOf(inst);
    return sentinel in proto ? void 0 : proto;
  }
  let installing;
  let broke = !1;
  const breaker = {
    configurable: !0,
    get() {
      broke = !0;
      return;
    }
  };
  function defineLazyInternal(inst, key, compute) {
    const proto = Object.getPrototypeOf(inst._zod);
    if (key in proto && installing !== inst._zod) {
      installing = void 0;
      return;
    }
    installing = inst._zod;
    Object.defineProperty(proto, key, {
      configurable: !0,
      get() {
        Object.defineProperty(this, key, breaker);
        const outer = broke;
        broke = !1;
        try {
          const value = compute(this);
          broke ? delete this[key] : Object.defineProperty(this, key, {
            configurable: !0,
            writable: !0,
            value: value
          });
          broke = broke || outer;
          return value;
        } catch (err) {
          delete this[key];
          broke = broke || outer;
          throw err;
        }
      },
      set(value) {
        Object.defineProperty(this, key, {
          configurable: !0,
          writable: !0,
          value: value
        });
      }
    });
  }
  function installLazyProp(inst, key, make, enumerable) {
    const proto = claim(inst, key);
    if (!proto) return;
    Object.defineProperty(proto, key, {
      configurable: !0,
      get() {
        const desc = {
          configurable: !0,
          writable: !0,
          enumerable: enumerable,
          value: void 0
        };
        Object.defineProperty(this, key, desc);
        desc.value = make(this);
        Object.defineProperty(this, key, desc);
        return desc.value;
      },
      set(value) {
        Object.defineProperty(this, key, {
          configurable: !0,
          writable: !0,
          enumerable: enumerable,
          value: value
        });
      }
    });
  }
  var _a;
  const _zodDesc = {
    value: void 0,
    enumerable: !1
  };
  let _E = "captureStackTrace" in Error ? Error : null;
  function newError(Definition) {
    const E = _E;
    if (E) {
      const saved = E.stackTraceLimit;
      if (typeof saved === "number") {
        try {
          E.stackTraceLimit = 0;
        } catch {
          _E = null;
          return new Definition;
        }
        try {
          return new Definition;
        } finally {
          E.stackTraceLimit = saved;
        }
      }
    }
    return new Definition;
  }
  function $constructor(name, initializer, proto, params) {
    const zodProto = {};
    function Internals(def) {
      this.def = def;
      this.constr = _;
      this.traits = new Set;
    }
    Internals.prototype = zodProto;
    const protoMembers = proto;
    const initialized = protoMembers && new WeakSet;
    function init(inst, def) {
      if (inst._zod) {
        if (inst._zod.traits.has(name)) return;
      } else {
        _zodDesc.value = new Internals(def);
        try {
          Object.defineProperty(inst, "_zod", _zodDesc);
        } finally {
          _zodDesc.value = void 0;
        }
      }
      inst._zod.traits.add(name);
      initializer(inst, def);
      if (initialized) {
        const own = Object.getPrototypeOf(inst);
        const ctorProto = inst._zod.constr.prototype;
        let up = own;
        while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
        const target = up ?? own;
        if (!initialized.has(target)) {
          initialized.add(target);
          members(target, protoMembers);
        }
      }
      const proto = _.prototype;
      for (const k in proto) {
        if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
        k in inst || (inst[k] = proto[k].bind(inst));
      }
    }
    const Parent = params?.Parent ?? Object;
    class Definition extends Parent {}
    Object.defineProperty(Definition, "name", {
      value: name
    });
    function _(def) {
      const inst = params?.Parent ? newError(Definition) : this;
      init(inst, def);
      const deferred = inst._zod.deferred;
      if (deferred) {
        for (const fn of deferred) fn();
        inst._zod.deferred = void 0;
      }
      const pp = globalThis.__zod_globalConfig?.postProcessor;
      pp && pp(inst);
      return inst;
    }
    Object.defineProperty(_, "init", {
      value: init
    });
    Object.defineProperty(_, Symbol.hasInstance, {
      value: inst => {
        if (params?.Parent && inst instanceof params.Parent) return !0;
        return inst?._zod?.traits?.has(name);
      }
    });
    Object.defineProperty(_, "name", {
      value: name
    });
    return _;
  }
  class $ZodAsyncError extends Error {
    constructor() {
      super("Encountered Promise during synchronous parse. Use .parseAsync() instead.");
    }
  }
  class $ZodEncodeError extends Error {
    constructor(name) {
      super(`Encountered unidirectional transform during encode: ${name}`);
      this.name = "ZodEncodeError";
    }
  }
  (_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
  const core_globalConfig = globalThis.__zod_globalConfig;
  function config(newConfig) {
    newConfig && Object.assign(core_globalConfig, newConfig);
    return core_globalConfig;
  }
  const anyString = /^[\s\S]{0,}$/;
  const version = {
    major: 4,
    minor: 6,
    patch: 7
  };
  const $ZodType = $constructor("$ZodType", (inst, def) => {
    var _a;
    inst ?? (inst = {});
    inst._zod.def = def;
    inst._zod.bag = inst._zod.bag || {};
    inst._zod.version = version;
    const defChecks = inst._zod.def.checks;
    const checks = inst._zod.traits.has("$ZodCheck") ? [ inst, ...defChecks ?? [] ] : defChecks?.length ? [ ...defChecks ] : [];
    for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
    if (checks.length === 0) {
      (_a = inst._zod).deferred ?? (_a.deferred = []);
      inst._zod.deferred?.push(() => {
        inst._zod.run = inst._zod.parse;
      });
    } else {
      const runChecks = (payload, checks, ctx) => {
        if (payload.memo) return payload;
        let isAborted = aborted(payload);
        let asyncResult;
        for (const ch of checks) {
          if (ch._zod.def.when) {
            if (explicitlyAborted(payload)) continue;
            const shouldRun = ch._zod.def.when(payload);
            if (!shouldRun) continue;
          } else if (isAborted) continue;
          const currLen = payload.issues.length;
          const _ = ch._zod.check(payload);
          if (_ instanceof Promise && ctx?.async === !1) throw new $ZodAsyncError;
          if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
            await _;
            const nextLen = payload.issues.length;
            if (nextLen === currLen) return;
            attachSchema(payload.issues, currLen, inst);
            isAborted || (isAborted = aborted(payload, currLen));
          }); else {
            const nextLen = payload.issues.length;
            if (nextLen === currLen) continue;
            attachSchema(payload.issues, currLen, inst);
            isAborted || (isAborted = aborted(payload, currLen));
          }
        }
        if (asyncResult) return asyncResult.then(() => payload);
        return payload;
      };
      const handleCanaryResult = (canary, payload, ctx) => {
        if (aborted(canary)) {
          canary.aborted = !0;
          return canary;
        }
        const checkResult = runChecks(payload, checks, ctx);
        if (checkResult instanceof Promise) {
          if (ctx.async === !1) throw new $ZodAsyncError;
          return checkResult.then(checkResult => inst._zod.parse(checkResult, ctx));
        }
        return inst._zod.parse(checkResult, ctx);
      };
      inst._zod.run = (payload, ctx) => {
        if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
        if (ctx.direction === "backward") {
          const canary = inst._zod.parse({
            value: payload.value,
            issues: []
          }, {
            ...ctx,
            skipChecks: !0
          });
          if (canary instanceof Promise) return canary.then(canary => handleCanaryResult(canary, payload, ctx));
          return handleCanaryResult(canary, payload, ctx);
        }
        const result = inst._zod.parse(payload, ctx);
        if (result instanceof Promise) {
          if (ctx.async === !1) throw new $ZodAsyncError;
          return result.then(result => runChecks(result, checks, ctx));
        }
        return runChecks(result, checks, ctx);
      };
    }
  }, {
    get "~standard"() {
      return hide(this, "~standard", standardProps(this));
    },
    set "~standard"(value) {
      own(this, "~standard", value);
    }
  });
  const toStandardResult = (r, ctx) => r.issues.length ? {
    issues: r.issues.map(iss => finalizeIssue(iss, ctx, config()))
  } : {
    value: r.value
  };
  async function validateAsync(inst, value) {
    const ctx = {
      async: !0
    };
    return toStandardResult(await inst._zod.run({
      value: value,
      issues: []
    }, ctx), ctx);
  }
  function standardProps(inst) {
    return {
      validate: value => {
        const ctx = {
          async: !1
        };
        try {
          const r = inst._zod.run({
            value: value,
            issues: []
          }, ctx);
          if (!(r instanceof Promise)) return toStandardResult(r, ctx);
        } catch (_) {}
        return validateAsync(inst, value);
      },
      vendor: "zod",
      version: 1
    };
  }
  const $ZodString = $constructor("$ZodString", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = def.pattern ?? anyString;
    inst._zod.parse = (payload, _) => {
      if (def.coerce) try {
        payload.value = String(payload.value);
      } catch (_) {}
      if (typeof payload.value === "string") return payload;
      payload.issues.push({
        expected: "string",
        code: "invalid_type",
        input: payload.value,
        inst: inst
      });
      return payload;
    };
  });
  function capSize(inst, size) {
    const caps = sizeCaps(inst._zod.def.checks);
    if (!caps.length) return;
    const cap = Math.min(...caps.map(c => c[0]));
    const parse = inst._zod.parse;
    inst._zod.parse = (payload, ctx) => {
      const n = size(payload.value);
      if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
        const start = payload.issues.length;
        ch._zod.check(payload);
        payload.issues[start].continue = !1;
        attachSchema(payload.issues, start, inst);
        return payload;
      }
      return parse(payload, ctx);
    };
  }
  const arraySize = input => Array.isArray(input) ? input.length : -1;
  function handleArrayResult(result, final, index) {
    result.issues.length && final.issues.push(...prefixIssues(index, result.issues));
    final.value[index] = result.value;
  }
  const $ZodArray = $constructor("$ZodArray", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core_globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
      const input = payload.value;
      if (!Array.isArray(input)) {
        payload.issues.push({
          expected: "array",
          code: "invalid_type",
          input: input,
          inst: inst
        });
        return payload;
      }
      payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
      const proms = [];
      const abortEarly = ctx?.abortEarly;
      for (let i = 0; i < input.length; i++) {
        const item = input[i];
        const result = def.element._zod.run({
          value: item,
          issues: []
        }, ctx);
        if (result instanceof Promise) proms.push(result.then(result => handleArrayResult(result, payload, i))); else {
          handleArrayResult(result, payload, i);
          if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
        }
      }
      if (proms.length) return Promise.all(proms).then(() => payload);
      return payload;
    };
    capSize(inst, arraySize);
  });
  function handlePropertyResult(result, final, key, input, optin, optout) {
    const isPresent = key in input;
    const isOptionalOut = optout === "optional";
    if (!isPresent && isOptionalOut && optin === "optional") return;
    if (result.issues.length) {
      if (optin !== void 0 && isOptionalOut && !isPresent) return;
      final.issues.push(...prefixIssues(key, result.issues));
    }
    if (!isPresent && optin === void 0) {
      result.issues.length || final.issues.push({
        code: "invalid_type",
        expected: "nonoptional",
        input: void 0,
        path: [ key ]
      });
      return;
    }
    result.value === void 0 ? (isPresent || optin === "defaulted" && !isOptionalOut) && (final.value[key] = void 0) : final.value[key] = result.value;
  }
  const NO_SYMBOL_KEYS = [];
  function normalizeDef(def) {
    const keys = Object.keys(def.shape);
    const ownSymbols = Object.getOwnPropertySymbols(def.shape);
    const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
    const allKeys = symbolKeys.length ? [ ...keys, ...symbolKeys ] : keys;
    for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
    const okeys = optionalKeys(def.shape);
    return {
      ...def,
      allKeys: allKeys,
      symbolKeys: symbolKeys,
      keySet: new Set(keys),
      numKeys: keys.length,
      optionalKeys: new Set(okeys)
    };
  }
  function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
    const unrecognized = [];
    const keySet = def.keySet;
    const _catchall = def.catchall._zod;
    const t = _catchall.def.type;
    const optin = _catchall.optin;
    const optout = _catchall.optout;
    let seen = 0;
    for (const key in input) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen)) break;
        seen = payload.issues.length;
      }
      if (keySet.has(key)) continue;
      if (key === "__proto__") {
        t === "never" && unrecognized.push(key);
        continue;
      }
      if (t === "never") {
        unrecognized.push(key);
        continue;
      }
      const r = _catchall.run({
        value: input[key],
        issues: []
      }, ctx);
      r instanceof Promise ? proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))) : handlePropertyResult(r, payload, key, input, optin, optout);
    }
    unrecognized.length && payload.issues.push({
      code: "unrecognized_keys",
      keys: unrecognized,
      input: input,
      inst: inst,
      continue: !0
    });
    if (!proms.length) return payload;
    return Promise.all(proms).then(() => payload);
  }
  const $ZodObject = $constructor("$ZodObject", (inst, def) => {
    $ZodType.init(inst, def);
    const desc = Object.getOwnPropertyDescriptor(def, "shape");
    const sh = desc?.get ? desc.get.raw : def.shape ?? {};
    if (sh) {
      const get = () => {
        const newSh = {
          ...sh
        };
        Object.defineProperty(def, "shape", {
          value: newSh
        });
        get.raw = newSh;
        return newSh;
      };
      get.raw = sh;
      Object.defineProperty(def, "shape", {
        get: get
      });
    }
    const _normalized = cached(() => normalizeDef(def));
    defineLazyInternal(inst, "propValues", zod => {
      const shape = zod.def.shape;
      const propValues = {};
      for (const key in shape) {
        const field = shape[key]._zod;
        if (field.values) {
          Object.prototype.hasOwnProperty.call(propValues, key) || assignProp(propValues, key, new Set);
          for (const v of field.values) propValues[key].add(v);
          field.optin !== void 0 && propValues[key].add(void 0);
        }
      }
      return propValues;
    });
    const isObject = util_isObject;
    const catchall = def.catchall;
    let value;
    const memo = core_globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
      value ?? (value = _normalized.value);
      const input = payload.value;
      if (!isObject(input)) {
        payload.issues.push({
          expected: "object",
          code: "invalid_type",
          input: input,
          inst: inst
        });
        return payload;
      }
      payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
      const proms = [];
      const shape = value.shape;
      const abortEarly = ctx?.abortEarly;
      let seen = payload.issues.length;
      for (const key of value.allKeys) {
        if (abortEarly && payload.issues.length !== seen) {
          if (aborted(payload, seen)) break;
          seen = payload.issues.length;
        }
        if (key === "__proto__") continue;
        const el = shape[key];
        const optin = el._zod.optin;
        const optout = el._zod.optout;
        const r = el._zod.run({
          value: input[key],
          issues: []
        }, ctx);
        r instanceof Promise ? proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))) : handlePropertyResult(r, payload, key, input, optin, optout);
      }
      if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
      return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === !0);
    };
  });
  function handleUnionResults(results, final, inst, ctx) {
    for (const result of results) if (result.issues.length === 0) {
      final.value = result.value;
      return final;
    }
    const nonaborted = results.filter(r => !aborted(r));
    if (nonaborted.length === 1) {
      final.value = nonaborted[0].value;
      return nonaborted[0];
    }
    final.issues.push({
      code: "invalid_union",
      input: final.value,
      inst: inst,
      errors: results.map(result => result.issues.map(iss => finalizeIssue(iss, ctx, config())))
    });
    return final;
  }
  const $ZodUnion = $constructor("$ZodUnion", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "optin", zod => zod.def.options.some(o => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some(o => o._zod.optin !== void 0) ? "optional" : void 0);
    defineLazyInternal(inst, "optout", zod => zod.def.options.some(o => o._zod.optout === "optional") ? "optional" : void 0);
    defineLazyInternal(inst, "values", zod => {
      if (zod.def.options.every(o => o._zod.values)) return new Set(zod.def.options.flatMap(option => Array.from(option._zod.values)));
      return;
    });
    defineLazyInternal(inst, "pattern", zod => {
      if (zod.def.options.every(o => o._zod.pattern)) {
        const patterns = zod.def.options.map(o => o._zod.pattern);
        return new RegExp(`^(${patterns.map(p => cleanRegex(p.source)).join("|")})$`);
      }
      return;
    });
    const first = def.options.length === 1 ? def.options[0]._zod.run : null;
    inst._zod.parse = (payload, ctx) => {
      if (first) return first(payload, ctx);
      let async = !1;
      const results = [];
      for (const option of def.options) {
        const result = option._zod.run({
          value: payload.value,
          issues: []
        }, ctx);
        if (result instanceof Promise) {
          results.push(result);
          async = !0;
        } else {
          if (result.issues.length === 0) return result;
          results.push(result);
        }
      }
      if (!async) return handleUnionResults(results, payload, inst, ctx);
      return Promise.all(results).then(results => handleUnionResults(results, payload, inst, ctx));
    };
  });
  const $ZodTransform = $constructor("$ZodTransform", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.optin = "optional";
    core_globalConfig.memoizer?.guard(inst);
    inst._zod.parse = (payload, ctx) => {
      if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
      const _out = def.transform(payload.value, payload);
      if (ctx.async) {
        const output = _out instanceof Promise ? _out : Promise.resolve(_out);
        return output.then(output => {
          payload.value = output;
          return payload;
        });
      }
      if (_out instanceof Promise) throw new $ZodAsyncError;
      payload.value = _out;
      return payload;
    };
  });
  function handleOptionalResult(payload, result) {
    payload.value = result.issues.length ? void 0 : result.value;
    return payload;
  }
  const $ZodOptional = $constructor("$ZodOptional", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
    inst._zod.optout = "optional";
    defineLazyInternal(inst, "values", zod => {
      const values = zod.def.innerType._zod.values;
      return values ? new Set([ ...values, void 0 ]) : void 0;
    });
    defineLazyInternal(inst, "pattern", zod => {
      const pattern = zod.def.innerType._zod.pattern;
      return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
    });
    inst._zod.parse = (payload, ctx) => {
      if (payload.value === void 0) {
        if (def.innerType._zod.optin !== "defaulted") return payload;
        const result = def.innerType._zod.run({
          value: payload.value,
          issues: []
        }, ctx);
        if (result instanceof Promise) return result.then(result => handleOptionalResult(payload, result));
        return handleOptionalResult(payload, result);
      }
      return def.innerType._zod.run(payload, ctx);
    };
  });
  const $ZodNullable = $constructor("$ZodNullable", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin);
    defineLazyInternal(inst, "optout", zod => zod.def.innerType._zod.optout);
    defineLazyInternal(inst, "pattern", zod => {
      const pattern = zod.def.innerType._zod.pattern;
      return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
    });
    defineLazyInternal(inst, "values", zod => zod.def.innerType._zod.values ? new Set([ ...zod.def.innerType._zod.values, null ]) : void 0);
    inst._zod.parse = (payload, ctx) => {
      if (payload.value === null) return payload;
      return def.innerType._zod.run(payload, ctx);
    };
  });
  const $ZodPipe = $constructor("$ZodPipe", (inst, def) => {
    $ZodType.init(inst, def);
    defineLazyInternal(inst, "values", zod => zod.def.in._zod.values);
    defineLazyInternal(inst, "optin", zod => zod.def.in._zod.optin);
    defineLazyInternal(inst, "optout", zod => zod.def.out._zod.optout);
    defineLazyInternal(inst, "propValues", zod => zod.def.in._zod.propValues);
    inst._zod.parse = (payload, ctx) => {
      if (ctx.direction === "backward") {
        const right = def.out._zod.run(payload, ctx);
        if (right instanceof Promise) return right.then(right => handlePipeResult(right, def.in, ctx));
        return handlePipeResult(right, def.in, ctx);
      }
      const left = def.in._zod.run(payload, ctx);
      if (left instanceof Promise) return left.then(left => handlePipeResult(left, def.out, ctx));
      return handlePipeResult(left, def.out, ctx);
    };
  });
  function handlePipeResult(left, next, ctx) {
    if (left.issues.some(iss => iss.code !== "unrecognized_keys")) {
      left.aborted = !0;
      return left;
    }
    return next._zod.run({
      value: left.value,
      issues: left.issues
    }, ctx);
  }
  const $ZodCheck = $constructor("$ZodCheck", (inst, def) => {
    var _a;
    inst._zod ?? (inst._zod = {});
    inst._zod.def = def;
    (_a = inst._zod).onattach ?? (_a.onattach = []);
  });
  const _whenHasLength = payload => {
    const val = payload.value;
    return !nullish(val) && val.length !== void 0;
  };
  const $ZodCheckMinLength = $constructor("$ZodCheckMinLength", (inst, def) => {
    var _a;
    $ZodCheck.init(inst, def);
    (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
    inst._zod.check = payload => {
      const input = payload.value;
      const units = input.length;
      const length = typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units;
      if (length >= def.minimum) return;
      const origin = getLengthableOrigin(input);
      payload.issues.push({
        origin: origin,
        code: "too_small",
        minimum: def.minimum,
        inclusive: !0,
        input: input,
        inst: inst,
        continue: !def.abort
      });
    };
  });
  var registries_a;
  class $ZodRegistry {
    constructor() {
      this._map = new WeakMap;
      this._idmap = new Map;
    }
    add(schema, ..._meta) {
      const meta = _meta[0];
      this._map.set(schema, meta);
      meta && typeof meta === "object" && "id" in meta && this._idmap.set(meta.id, schema);
      return this;
    }
    clear() {
      this._map = new WeakMap;
      this._idmap = new Map;
      return this;
    }
    remove(schema) {
      const meta = this._map.get(schema);
      meta && typeof meta === "object" && "id" in meta && this._idmap.delete(meta.id);
      this._map.delete(schema);
      return this;
    }
    get(schema) {
      const p = schema._zod.parent;
      if (p) {
        const pm = {
          ...this.get(p) ?? {}
        };
        delete pm.id;
        const f = {
          ...pm,
          ...this._map.get(schema)
        };
        return Object.keys(f).length ? f : void 0;
      }
      return this._map.get(schema);
    }
    has(schema) {
      return this._map.has(schema);
    }
  }
  function registry() {
    return new $ZodRegistry;
  }
  (registries_a = globalThis).__zod_globalRegistry ?? (registries_a.__zod_globalRegistry = registry());
  globalThis.__zod_globalRegistry;
  function snapshotChecks(def) {
    def.checks && (def.checks = [ ...def.checks ]);
    return def;
  }
  function _string(Class, params) {
    return new Class(snapshotChecks({
      type: "string",
      ...normalizeParams(params)
    }));
  }
  function _minLength(minimum, params) {
    return new $ZodCheckMinLength({
      check: "min_length",
      ...normalizeParams(params),
      minimum: minimum
    });
  }
  function _getMessage() {
    const internals = this._zod;
    internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
    return internals.message;
  }
  function _setMessage(value) {
    this._zod.message = value;
  }
  const _messageDesc = {
    get: _getMessage,
    set: _setMessage,
    enumerable: !0,
    configurable: !0
  };
  const _issuesDesc = {
    value: void 0,
    enumerable: !1
  };
  const _installedToString = new WeakSet([ Object.prototype, Error.prototype ]);
  const initializer = (inst, def) => {
    inst.name = "$ZodError";
    _issuesDesc.value = def;
    Object.defineProperty(inst, "issues", _issuesDesc);
    _issuesDesc.value = void 0;
    Object.defineProperty(inst, "message", _messageDesc);
    const proto = Object.getPrototypeOf(inst);
    if (!_installedToString.has(proto)) {
      _installedToString.add(proto);
      Object.defineProperty(proto, "toString", {
        configurable: !0,
        enumerable: !1,
        get() {
          const value = () => this.message;
          Object.defineProperty(this, "toString", {
            value: value,
            configurable: !0,
            writable: !0
          });
          return value;
        },
        set(value) {
          Object.defineProperty(this, "toString", {
            value: value,
            configurable: !0,
            writable: !0
          });
        }
      });
    }
  };
  $constructor("$ZodError", initializer);
  const $ZodRealError = $constructor("$ZodError", initializer, void 0, {
    Parent: Error
  });
  const _parse = _Err => {
    const fn = (schema, value, _ctx, _params) => {
      const ctx = _ctx ? {
        ..._ctx,
        async: !1
      } : {
        async: !1
      };
      const result = schema._zod.run({
        value: value,
        issues: []
      }, ctx);
      if (result instanceof Promise) throw new $ZodAsyncError;
      if (result.issues.length) {
        const e = new (_params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
        captureStackTrace(e, _params?.callee ?? fn);
        throw e;
      }
      return result.value;
    };
    return fn;
  };
  const core_parse_parse = _parse($ZodRealError);
  const _parseAsync = _Err => {
    const fn = async (schema, value, _ctx, params) => {
      const ctx = _ctx ? {
        ..._ctx,
        async: !0
      } : {
        async: !0
      };
      let result = schema._zod.run({
        value: value,
        issues: []
      }, ctx);
      result instanceof Promise && (result = await result);
      if (result.issues.length) {
        const e = new (params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
        captureStackTrace(e, params?.callee ?? fn);
        throw e;
      }
      return result.value;
    };
    return fn;
  };
  const parse_parseAsync = _parseAsync($ZodRealError);
  const _safeParse = _Err => (schema, value, _ctx) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: !1
    } : {
      async: !1
    };
    const result = schema._zod.run({
      value: value,
      issues: []
    }, ctx);
    if (result instanceof Promise) throw new $ZodAsyncError;
    return result.issues.length ? failure(_Err, result.issues, ctx) : {
      success: !0,
      data: result.value
    };
  };
  const safeParse = _safeParse($ZodRealError);
  function failure(Err, issues, ctx) {
    let error;
    return {
      success: !1,
      get error() {
        if (!error) {
          error = new Err(issues.map(iss => finalizeIssue(iss, ctx, config())));
          issues = void 0;
          ctx = void 0;
        }
        return error;
      },
      set error(e) {
        error = e;
        issues = void 0;
        ctx = void 0;
      }
    };
  }
  const _safeParseAsync = _Err => async (schema, value, _ctx) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: !0
    } : {
      async: !0
    };
    let result = schema._zod.run({
      value: value,
      issues: []
    }, ctx);
    result instanceof Promise && (result = await result);
    return result.issues.length ? failure(_Err, result.issues, ctx) : {
      success: !0,
      data: result.value
    };
  };
  const safeParseAsync = _safeParseAsync($ZodRealError);
  const ZodMiniType = $constructor("ZodMiniType", (inst, def) => {
    if (!inst._zod) throw new Error("Uninitialized schema in ZodMiniType.");
    $ZodType.init(inst, def);
    inst.def = def;
    inst.type = def.type;
  }, {
    get with() {
      return this.check;
    },
    set with(value) {
      own(this, "with", value);
    },
    parse(data, params) {
      return core_parse_parse(this, data, params, {
        callee: this.parse
      });
    },
    parseAsync(data, params) {
      return parse_parseAsync(this, data, params, {
        callee: this.parseAsync
      });
    },
    safeParse(data, params) {
      return safeParse(this, data, params);
    },
    safeParseAsync(data, params) {
      return safeParseAsync(this, data, params);
    },
    check(...checks) {
      const def = this.def;
      return this.clone({
        ...def,
        checks: [ ...def.checks ?? [], ...checks.map(ch => typeof ch === "function" ? {
          _zod: {
            check: ch,
            def: {
              check: "custom"
            },
            onattach: []
          }
        } : ch) ]
      }, {
        parent: !0
      });
    },
    clone(_def, params) {
      return clone(this, _def, params);
    },
    brand() {
      return this;
    },
    register(reg, meta) {
      reg.add(this, meta);
      return this;
    },
    apply(fn, ...args) {
      return args.length === 0 ? fn(this) : fn(this, ...args);
    }
  });
  const ZodMiniString = $constructor("ZodMiniString", (inst, def) => {
    $ZodString.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function schemas_string(params) {
    return _string(ZodMiniString, params);
  }
  const ZodMiniArray = $constructor("ZodMiniArray", (inst, def) => {
    $ZodArray.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function array(element, params) {
    return new ZodMiniArray({
      type: "array",
      element: element,
      ...normalizeParams(params)
    });
  }
  const ZodMiniObject = $constructor("ZodMiniObject", (inst, def) => {
    $ZodObject.init(inst, def);
    ZodMiniType.init(inst, def);
    installLazyProp(inst, "shape", self => self._zod.def.shape, !1);
  });
  function object(shape, params) {
    const def = {
      type: "object",
      shape: shape ?? {},
      ...normalizeParams(params)
    };
    return new ZodMiniObject(def);
  }
  const ZodMiniUnion = $constructor("ZodMiniUnion", (inst, def) => {
    $ZodUnion.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function union(options, params) {
    return new ZodMiniUnion({
      type: "union",
      options: options,
      ...normalizeParams(params)
    });
  }
  const ZodMiniTransform = $constructor("ZodMiniTransform", (inst, def) => {
    $ZodTransform.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function transform(fn) {
    return new ZodMiniTransform({
      type: "transform",
      transform: fn
    });
  }
  const ZodMiniOptional = $constructor("ZodMiniOptional", (inst, def) => {
    $ZodOptional.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function optional(innerType) {
    return new ZodMiniOptional({
      type: "optional",
      innerType: innerType
    });
  }
  const ZodMiniNullable = $constructor("ZodMiniNullable", (inst, def) => {
    $ZodNullable.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function nullable(innerType) {
    return new ZodMiniNullable({
      type: "nullable",
      innerType: innerType
    });
  }
  function schemas_nullish(innerType) {
    return optional(nullable(innerType));
  }
  const ZodMiniPipe = $constructor("ZodMiniPipe", (inst, def) => {
    $ZodPipe.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function pipe(in_, out) {
    return new ZodMiniPipe({
      type: "pipe",
      in: in_,
      out: out
    });
  }
  const optionalText = schemas_nullish(schemas_string());
  const ID = /^[0-9A-Fa-f-]{1,64}$/;
  function idIn(text) {
    return ID.test(text ?? "") ? text ?? "" : "";
  }
  const requestId = pipe(optionalText, transform(idIn));
  const answer_failure = object({
    RequestId: requestId,
    Code: optionalText,
    Message: optionalText
  });
  function parseExactly(json) {
    return parse_parse(json, void 0, digits => digits);
  }
  function problemsIn(error) {
    return error.issues.map(({path: path, message: message}) => path.length === 0 ? message : `${path.join(".")}: ${message}`).join("; ");
  }
  async function attempt({append: append, now: now}, {operation: operation, attempt: number, send: send, inTurn: inTurn = call => call(0), retryPolicy: retryPolicy = () => {}}) {
    let [took, waited] = [ 0, 0 ];
    const result = await inTurn(async heldBack => {
      waited = heldBack;
      const started = now();
      const answer = await send();
      took = now() - started;
      return answer;
    });
    const retryIn = result.ok ? void 0 : retryPolicy(result.error.fault);
    if (result.ok || result.error.sent) {
      const fault = result.ok ? void 0 : result.error.fault;
      append({
        kind: "called",
        operation: operation,
        attempt: number,
        took: took,
        requestId: result.ok ? result.value.requestId : result.error.fault.requestId,
        result: fault?.code ?? "OK",
        retryIn: retryIn,
        ...waited > 0 && {
          waited: waited
        },
        ...fault?.throttled === !0 && {
          throttled: !0
        }
      });
    }
    return result.ok ? result : failed({
      ...result.error,
      retryIn: retryIn
    });
  }
  function readReply(reply, {operation: operation, schema: schema, faultOf: faultOf, redactAnswer: redactAnswer}) {
    if (reply.kind === "unsigned") return failed({
      fault: faultOf(operation, reply, ""),
      sent: !1
    });
    if (reply.kind !== "answer") return failed({
      fault: faultOf(operation, reply, ""),
      sent: !0
    });
    const parsed = attempt_parse(reply.body, schema, redactAnswer);
    switch (parsed.kind) {
     case "read":
      {
        const requestId = idIn(parsed.data.RequestId);
        return succeeded({
          data: parsed.data,
          requestId: requestId,
          date: reply.date
        });
      }

     case "error":
      return failed({
        fault: faultOf(operation, {
          ...reply,
          ...parsed
        }, ""),
        sent: !0
      });

     case "not-understood":
      return failed({
        fault: faultOf(operation, reply, parsed.why),
        sent: !0
      });
    }
  }
  function attempt_parse(body, schema, redact) {
    try {
      const written = parseExactly(body);
      const json = redact === void 0 ? written : redact(written);
      const error = answer_failure.safeParse(json);
      if (error.success && error.data.Code) return {
        kind: "error",
        error: {
          ...error.data
        }
      };
      const result = schema.safeParse(json);
      if (result.success) return {
        kind: "read",
        data: result.data
      };
      return {
        kind: "not-understood",
        why: problemsIn(result.error)
      };
    } catch (error) {
      return {
        kind: "not-understood",
        why: error instanceof Error ? error.message : String(error)
      };
    }
  }
  const external_node_crypto_namespaceObject = require("node:crypto");
  var client = __nccwpck_require__(500);
  var dist_client = __nccwpck_require__(129);
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
  const external_replaced_http_proxy_agent_namespaceObject = lazily(() => require("../lazy/proxy-agents.cjs"));
  const external_replaced_https_proxy_agent_namespaceObject = lazily(() => require("../lazy/proxy-agents.cjs"));
  const METADATA = "100.100.100.200";
  const agents = new Map;
  function proxy_proxyFor(url) {
    return url.hostname === METADATA ? void 0 : getProxyUrl(url);
  }
  function proxyAgent(url) {
    const proxy = proxy_proxyFor(url);
    if (proxy === void 0) return;
    const key = `${url.protocol} ${proxy.href}`;
    const known = agents.get(key);
    if (known !== void 0) return known;
    const agent = url.protocol === "https:" ? tunnel(proxy) : new external_replaced_http_proxy_agent_namespaceObject.HttpProxyAgent(proxy.href);
    agents.set(key, agent);
    return agent;
  }
  function shownProxy(url) {
    const proxy = proxy_proxyFor(url);
    return proxy && `${proxy.protocol}//${proxy.host}`;
  }
  const VARIABLES = [ "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY" ];
  function proxySecrets(environment) {
    return VARIABLES.flatMap(name => {
      const {username: username = "", password: password = ""} = readProxy(environment[name] ?? "") ?? {};
      if (password === "") return [];
      return [ password, decodeURIComponent(password), `${decodeURIComponent(username)}:${decodeURIComponent(password)}` ];
    });
  }
  function completeProxies(environment) {
    for (const name of VARIABLES) {
      const text = environment[name] ?? "";
      text === "" || HAS_SCHEME.test(text) || (environment[name] = `http://${text}`);
    }
  }
  const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
  function readProxy(text) {
    const written = HAS_SCHEME.test(text) ? text : `http://${text}`;
    const url = URL.canParse(written) ? new URL(written) : void 0;
    if (url === void 0 || !/^https?:$/.test(url.protocol)) return;
    try {
      decodeURIComponent(url.username);
      decodeURIComponent(url.password);
      return url;
    } catch {
      return;
    }
  }
  function tunnel(proxy) {
    const agent = new external_replaced_https_proxy_agent_namespaceObject.HttpsProxyAgent(proxy.href);
    agent.on("proxyConnect", ({statusCode: statusCode}, request) => {
      if (statusCode === 200) return;
      const code = statusCode >= 500 ? "ProxyFailed" : "ProxyRefused";
      request.destroy(Object.assign(new Error(`the proxy answered HTTP ${statusCode}`), {
        code: code
      }));
    });
    return agent;
  }
  function readHttpDate(text) {
    if (text === void 0 || !/^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/.test(text)) return;
    const instant = Date.parse(text);
    return Number.isNaN(instant) || new Date(instant).toUTCString() !== text ? void 0 : instant;
  }
  const external_replaced_httpx_namespaceObject = require("../action.cjs").shared["httpx"];
  const external_node_https_namespaceObject = require("node:https");
  const external_node_net_namespaceObject = require("node:net");
  const origins = new Map;
  function preconnectedAgent(url) {
    return origins.get(url.origin)?.agent;
  }
  let routed = !1;
  function installAgent() {
    if (routed) return;
    routed = !0;
    process.noDeprecation = !0;
    const {request: request} = external_replaced_httpx_namespaceObject;
    external_replaced_httpx_namespaceObject.request = (address, options) => {
      const url = new URL(address);
      const agent = options.agent ?? proxyAgent(url) ?? preconnectedAgent(url);
      return request(address, agent === void 0 ? options : {
        ...options,
        agent: agent
      });
    };
  }
  const {default: Client, OpenApiRequest: OpenApiRequest, Params: Params} = client;
  const CONNECT_TIMEOUT = 1e4;
  const NONCE = "x-acs-signature-nonce";
  async function call_call(to, rpc) {
    const {endpoint: endpoint, timeout: timeout, hurry: hurry} = to;
    installAgent();
    const client = new Client(configOf(rpc.keys, endpoint));
    const limits = {
      connect: Math.min(timeout, CONNECT_TIMEOUT),
      total: timeout,
      hurry: hurry
    };
    const result = await withinLimits(limits, () => client.callApi(paramsOf(rpc), requestOf(rpc), runtimeOf(timeout)));
    return result.ok ? replyOf(result.value, result.seen) : failureOf(result.error, result.seen, to);
  }
  function configOf(keys, endpoint) {
    const type = keys?.securityToken === void 0 ? "access_key" : "sts";
    const providerName = type === "sts" ? "static_sts" : "static_ak";
    const credential = keys && {
      ...keys,
      securityToken: keys.securityToken ?? "",
      type: type,
      providerName: providerName
    };
    const config = {
      endpoint: endpoint.host,
      protocol: endpoint.protocol,
      userAgent: "esa-canary-deploy",
      credential: {
        getCredential: async () => credential
      }
    };
    return config;
  }
  function paramsOf({action: action, version: version, keys: keys}) {
    return new Params({
      action: action,
      version: version,
      protocol: "HTTPS",
      pathname: "/",
      method: "POST",
      authType: keys === void 0 ? "Anonymous" : "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "string"
    });
  }
  function requestOf({query: query = {}, body: body}) {
    return new OpenApiRequest({
      query: query,
      body: body,
      headers: {
        [NONCE]: (0, external_node_crypto_namespaceObject.randomUUID)(),
        "accept-encoding": "identity"
      }
    });
  }
  function runtimeOf(timeout) {
    const longer = timeout + 1e3;
    return new dist_client.RuntimeOptions({
      connectTimeout: longer,
      readTimeout: longer,
      autoretry: !1,
      ignoreSSL: !1
    });
  }
  function headersOf(seen) {
    const headers = seen.response?.headers ?? {};
    const retryAfter = /^[0-9]{1,9}$/.exec(String(headers["x-acs-retry-after"] ?? ""));
    return {
      status: seen.response?.statusCode ?? 0,
      requestId: String(headers["x-acs-request-id"] ?? ""),
      retryAfter: retryAfter === null ? void 0 : Number(retryAfter[0])
    };
  }
  function replyOf(answer, seen) {
    const {body: body, statusCode: statusCode} = answer;
    const headers = headersOf(seen);
    return {
      kind: "answer",
      ...headers,
      status: typeof statusCode === "number" ? statusCode : headers.status,
      body: String(body),
      date: readHttpDate(seen.response?.headers.date)
    };
  }
  function failureOf(error, seen, {endpoint: endpoint}) {
    const failure = error;
    const proxy = shownProxy(new URL(`${endpoint.protocol}://${endpoint.host}`));
    const network = (code, message) => {
      const way = proxy === void 0 ? "" : ` (through the proxy ${proxy})`;
      return {
        kind: "network",
        code: code,
        message: `${message}${way}`,
        connected: seen.connected
      };
    };
    switch (seen.gaveUp) {
     case "connecting":
      return network("ConnectTimeout", `no connection within ${seen.after} ms`);

     case "waiting":
      return network("ReadTimeout", `no complete answer within ${seen.after} ms`);

     case "too-long":
      return network("AnswerTooLong", "the answer was longer than any of the API, and was not read to its end");

     case void 0:
      break;
    }
    if (typeof failure.data === "object" && failure.data !== null) return {
      kind: "error",
      ...headersOf(seen),
      error: failure.data
    };
    if (error instanceof SyntaxError || seen.response?.complete === !0) return {
      kind: "unreadable",
      ...headersOf(seen)
    };
    const inTunnel = proxy !== void 0 && !(error instanceof TypeError);
    if (typeof failure.code === "string" || seen.request !== void 0 || inTunnel) {
      const code = typeof failure.code === "string" ? failure.code : "ConnectionClosed";
      return network(code, withoutRequest(String(failure.message ?? error)));
    }
    throw error;
  }
  function withoutRequest(message) {
    return message.replace(/[A-Z]+ https?:\/\/\S* failed\.$/, "").trim();
  }
  const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
  const codePoint = character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  const LIMIT = 500;
  function cut(text, limit) {
    const characters = [ ...text ];
    return characters.length > limit ? `${characters.slice(0, limit).join("")}…` : text;
  }
  function oneLine(text, limit = LIMIT) {
    const line = cut(text, limit).replace(INVISIBLE, codePoint).replace(/##\[/g, "## [");
    return line.trimStart().startsWith("::") ? `'${line}` : line;
  }
  function withoutStop(text) {
    return text.replace(/[\s.]+$/, "");
  }
  function inMarkdown(text, limit = LIMIT) {
    return cut(text, limit).replace(INVISIBLE, " ").trim().replace(/[!#$&*<>@[\\\]^_`{|}~]|^[-+=:]|(?<=^[0-9]{1,9})[.)]/g, mark => `&#${mark.charCodeAt(0)};`).replace(/(?:&#(?:64|35);|www|(?::|&#58;)(?=\/)|gh-(?=[0-9]))(?=.)/gi, mark => `${mark}${NOTHING}`);
  }
  const NOTHING = "<i></i>";
  const permanent = advice => ({
    advice: advice,
    transient: !1,
    throttled: !1
  });
  const advice_transient = advice => ({
    advice: advice,
    transient: !0,
    throttled: !1
  });
  const throttled = advice => ({
    advice: advice,
    transient: !0,
    throttled: !0
  });
  const THROTTLED = throttled("The account sends more requests than the service takes. Wait a minute and run again; spread jobs that deploy many routines.");
  const INTERNAL = advice_transient("The service failed on its side. Run again later; if it persists, open a ticket with the RequestId.");
  const UNTRUSTED = permanent("The certificate is not trusted, as behind a proxy that intercepts TLS. Name its CA with NODE_EXTRA_CA_CERTS in the `env` of the job or on the runner. Verification cannot be switched off.");
  const BY_NETWORK_CODE = {
    ConnectTimeout: advice_transient("No connection to the service could be established. Check that the runner may reach it: firewall, HTTPS_PROXY and NO_PROXY."),
    ReadTimeout: advice_transient("The service did not answer in time. Raise `api-timeout` if the service is far away, as China is from GitHub-hosted runners."),
    ENOTFOUND: input => advice_transient(`The name does not resolve. Check \`${input}\`, \`region\` and the DNS of the runner; behind a proxy that resolves names itself, set HTTPS_PROXY.`),
    EAI_AGAIN: advice_transient("The DNS of the runner does not answer. Check its network."),
    ECONNREFUSED: input => advice_transient(`Nothing listens there. Check \`${input}\`, and HTTPS_PROXY if the message names a proxy.`),
    ECONNRESET: advice_transient("The connection was cut, by the service or by something in between. Run again; if it persists, check the proxy and the firewall."),
    ProxyRefused: permanent("The proxy does not let this through. HTTP 407 means that it wants a user name and password (`http://USER:PASSWORD@HOST:PORT` in HTTPS_PROXY); otherwise have it allow CONNECT to this host, or name the host in NO_PROXY."),
    ProxyFailed: advice_transient("The proxy could not reach the service. Run again; if it persists, ask whoever runs the proxy."),
    ERR_INVALID_CHAR: permanent("A part of the key contains a line break or another character that no key has. Set it again at its source."),
    AnswerTooLong: input => permanent(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`),
    DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
    SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
    CERT_HAS_EXPIRED: permanent("The certificate has expired, or the clock of the runner is wrong."),
    ERR_TLS_CERT_ALTNAME_INVALID: input => permanent(`The certificate is for another host. Check \`${input}\`.`)
  };
  const NETWORK = advice_transient("The connection failed on the way. Run again; if it persists, check the proxy and the firewall between runner and service.");
  function adviseOnNetwork(code, input) {
    const found = Object.hasOwn(BY_NETWORK_CODE, code) ? BY_NETWORK_CODE[code] ?? NETWORK : NETWORK;
    return typeof found === "function" ? found(input) : found;
  }
  function adviseOnPage(status, input) {
    if (status >= 300 && status < 400) return permanent(`The answer is a redirect, which the API never sends. Check \`${input}\`: it must be the API's host and nothing else.`);
    if (status >= 400 && status < 500 && status !== 429) return advice_transient(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`);
    return advice_transient("A gateway or proxy on the way answered in place of the service, or its answer was cut short. Run again later.");
  }
  function faultMaker(options) {
    const redact = text => oneLine(options.redact(text));
    const wording = {
      ...options,
      redact: redact,
      idOf: text => idIn(options.redact(text))
    };
    const {idOf: idOf} = wording;
    const notUnderstood = (operation, requestId, why) => ({
      operation: operation,
      code: "AnswerNotUnderstood",
      message: redact(`the answer is not what the API documents: ${withoutStop(why)}`),
      requestId: idOf(requestId),
      advice: "Something on the way may have answered in place of the service: run again. If it persists, the API may have changed; please report this with the RequestId.",
      transient: !options.writes.has(operation),
      throttled: !1,
      mayHaveActed: !0,
      retryAfter: void 0
    });
    return (operation, reply, why) => {
      switch (reply.kind) {
       case "unsigned":
        return {
          ...reply.fault,
          mayHaveActed: !1
        };

       case "network":
        return ofNetwork(operation, reply, wording);

       case "error":
        return ofError(operation, reply, wording);

       case "unreadable":
        return ofPage(operation, reply, wording);

       case "answer":
        return looksLikeJson(reply.body) && reply.status < 300 ? notUnderstood(operation, reply.requestId, why) : ofPage(operation, reply, wording);
      }
    };
  }
  function ofNetwork(operation, reply, wording) {
    const {advice: advice, transient: transient} = adviseOnNetwork(reply.code, wording.endpointInput);
    const reached = reply.connected ? "whether the service received the request is unknown" : "the service never received the request";
    return {
      operation: operation,
      code: wording.redact(reply.code),
      message: wording.redact(`${withoutStop(reply.message)}; ${reached}`),
      requestId: "",
      advice: advice,
      transient: transient,
      throttled: !1,
      mayHaveActed: reply.connected,
      retryAfter: void 0
    };
  }
  function ofError(operation, reply, wording) {
    const {advise: advise, redact: redact, idOf: idOf} = wording;
    const read = answer_failure.safeParse(reply.error);
    if (!read.success || !read.data.Code) return ofPage(operation, reply, wording);
    const {Code: code, Message: said, RequestId: id} = read.data;
    const known = advise(code, reply.status, operation);
    return {
      operation: operation,
      code: redact(code),
      message: code === "SignatureDoesNotMatch" ? "the signature is not the one the service computed" : redact(withoutStop(said ?? "") || "the service gave no message"),
      requestId: idOf(id || reply.requestId),
      advice: known.advice,
      transient: known.transient || reply.retryAfter !== void 0,
      throttled: known.throttled || reply.retryAfter !== void 0,
      mayHaveActed: known.transient && !known.throttled && reply.retryAfter === void 0,
      retryAfter: reply.retryAfter,
      ...known.snippet !== void 0 && {
        snippet: known.snippet
      }
    };
  }
  function ofPage(operation, reply, {endpointInput: endpointInput, idOf: idOf}) {
    const {requestId: requestId, retryAfter: retryAfter, status: status} = reply;
    const {advice: advice, transient: transient} = adviseOnPage(status, endpointInput);
    return {
      operation: operation,
      code: "NotJson" + (status === 0 ? "" : `.${status}`),
      message: `HTTP ${status === 0 ? "status unknown" : status}, and what came is not the JSON of the API`,
      requestId: idOf(requestId),
      advice: advice,
      transient: transient,
      throttled: status === 429 || retryAfter !== void 0,
      mayHaveActed: status !== 429 && (status < 300 || status >= 400),
      retryAfter: retryAfter
    };
  }
  function looksLikeJson(body) {
    const text = body.trim();
    return text.startsWith("{") && text.endsWith("}");
  }
  const OPERATION = "GetLogs";
  function logReader(to, options) {
    return async (query, how) => {
      const answer = await attempt(options, {
        operation: OPERATION,
        ...how,
        send: async () => {
          const keys = await options.keys();
          if (!keys.ok) return failed({
            fault: keys.error,
            sent: !1
          });
          return readAnswer(await read(to, keys.value, query), options);
        }
      });
      return answer.ok ? succeeded(answer.value.data) : answer;
    };
  }
  function readAnswer(reply, options) {
    const {redact: redact} = options;
    if (reply.kind === "rows") {
      const requestId = idIn(redact(reply.requestId));
      if (reply.complete) return succeeded({
        data: reply.rows,
        requestId: requestId,
        date: void 0
      });
      return failed({
        fault: {
          ...INCOMPLETE,
          requestId: requestId
        },
        sent: !0
      });
    }
    const {Message: said} = reply.kind === "error" ? reply.error : {};
    const message = typeof said === "string" ? said : "";
    const advise = code => options.advise(code, message);
    const faultOf = faultMaker({
      advise: advise,
      endpointInput: "gate-logs-endpoint",
      writes: new Set,
      redact: redact
    });
    return failed({
      fault: withOtherKeys(faultOf, reply, options),
      sent: !0
    });
  }
  const INCOMPLETE = {
    operation: OPERATION,
    code: "Incomplete",
    message: "Log Service had not looked at all logs of the window",
    advice: "A shorter bake, or an index on fewer fields, is quicker.",
    transient: !0,
    throttled: !1,
    mayHaveActed: !1,
    retryAfter: void 0
  };
  function withOtherKeys(faultOf, reply, {invalidate: invalidate}) {
    const fault = faultOf(OPERATION, reply, "");
    const ended = /^SecurityToken\.?Expired$/.test(fault.code) || /security token .*expired/i.test(fault.message);
    return {
      ...fault,
      throttled: !1,
      transient: fault.transient || ended && invalidate()
    };
  }
  async function read(to, keys, query) {
    const {endpoint: endpoint, timeout: timeout, hurry: hurry} = to;
    installAgent();
    const limits = {
      connect: Math.min(timeout, CONNECT_TIMEOUT),
      total: timeout,
      hurry: hurry
    };
    const result = await withinLimits(limits, () => send(to, keys, query));
    const {headers: headers = {}, statusCode: status = 0} = result.seen.response ?? {};
    const requestId = String(headers["x-log-requestid"] ?? "");
    if (result.ok) {
      const complete = headers["x-log-progress"] === "Complete";
      if (status === 200 && Array.isArray(result.value)) return {
        kind: "rows",
        rows: result.value,
        complete: complete,
        requestId: requestId
      };
      return {
        kind: "unreadable",
        status: status,
        requestId: requestId,
        retryAfter: void 0
      };
    }
    const {code: code, message: message} = result.error;
    if (typeof code === "string" && status >= 400 && result.seen.response?.complete === !0) {
      const error = {
        Code: code,
        Message: message ?? "",
        RequestId: requestId
      };
      return {
        kind: "error",
        status: status,
        error: error,
        retryAfter: void 0,
        requestId: requestId
      };
    }
    const host = endpoint.protocol === "http" ? endpoint.host : `${query.project}.${endpoint.host}`;
    return failureOf(result.error, result.seen, {
      ...to,
      endpoint: {
        ...endpoint,
        host: host
      }
    });
  }
  function send({endpoint: endpoint, timeout: timeout}, keys, {project: project, logstore: logstore, ...asked}) {
    const client = new log_namespaceObject({
      ...keys,
      endpoint: `${endpoint.protocol}://${endpoint.host}`,
      userAgent: "esa-canary-deploy"
    });
    const isLoopback = endpoint.protocol === "http";
    const headers = {
      "accept-encoding": "identity",
      ...isLoopback && {
        host: `${project}.${endpoint.host}`
      }
    };
    const path = `/logstores/${logstore}`;
    const query = {
      type: "log",
      ...asked
    };
    const runtime = {
      timeout: timeout + 1e3,
      ...isLoopback && {
        agent: new external_node_http_namespaceObject.Agent
      }
    };
    return client._request("GET", isLoopback ? void 0 : project, path, query, null, headers, runtime);
  }
  const RFC_3339 = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/i;
  const EARLIEST = Date.UTC(2015, 0, 1);
  const LATEST = Date.UTC(2100, 0, 1);
  Number(2n ** 63n / 1000000n);
  function readInstant(text) {
    const parts = RFC_3339.exec(text ?? "");
    if (parts === null) return;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
    const [zoneHours, zoneMinutes] = [ Number(parts[9] ?? 0), Number(parts[10] ?? 0) ];
    if (hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59) return;
    const milliseconds = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
    const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
    if (new Date(local).getUTCMonth() !== month - 1) return;
    const zone = (parts[8] === "-" ? -1 : 1) * (zoneHours * 60 + zoneMinutes) * 6e4;
    return plausible(local - zone, LATEST);
  }
  function plausible(instant, latest) {
    return instant >= EARLIEST && instant < latest ? instant : void 0;
  }
  const NOT_READ = {
    issuer: "",
    subject: "",
    audience: ""
  };
  const sts_advice_jwt = object({
    iss: schemas_string(),
    sub: schemas_string(),
    aud: union([ schemas_string(), array(schemas_string()) ])
  });
  function claimsOf(token) {
    try {
      const read = sts_advice_jwt.safeParse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
      if (!read.success) return NOT_READ;
      const {iss: iss, sub: sub, aud: aud} = read.data;
      return {
        issuer: iss,
        subject: sub,
        audience: [ aud ].flat().join(", ")
      };
    } catch (error) {
      if (error instanceof SyntaxError) return NOT_READ;
      throw error;
    }
  }
  function trustPolicy(providerArn, {issuer: issuer, audience: audience, subject: subject}) {
    const Condition = {
      StringEquals: {
        "oidc:iss": issuer,
        "oidc:aud": audience,
        "oidc:sub": subject
      }
    };
    const trust = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: {
        Federated: [ providerArn ]
      },
      Condition: Condition
    };
    return JSON.stringify({
      Version: "1",
      Statement: [ trust ]
    }, void 0, 2);
  }
  const TRUST = ({roleArn: roleArn, providerArn: providerArn}, claims) => ({
    ...permanent(`The role does not trust this job, or there is no such provider. The id-token says sub "${claims.subject}". Check \`oidc-provider-arn\`, and give ${roleArn} the trust policy that the log and the summary show: it is the one for exactly this job.`),
    snippet: trustPolicy(providerArn, claims)
  });
  const AUDIENCE = ({providerArn: providerArn}, {audience: audience}) => permanent(`The provider does not take tokens for the audience "${audience}". Add it to the client ids of ${providerArn}, or set \`audience\` to one of those.`);
  const ISSUER = ({providerArn: providerArn}, {issuer: issuer}) => permanent(`The issuer of the id-token is "${issuer}", and ${providerArn} has another. The issuer URL of a provider cannot be changed: create one with this URL and name it in \`oidc-provider-arn\`.`);
  const FINGERPRINT = ({providerArn: providerArn}, {issuer: issuer}) => permanent(`The fingerprint that RAM keeps of the issuer's certificate is out of date: ${issuer} has a new one. In the RAM console open SSO > OIDC, ${providerArn}, and fetch the fingerprint again, or add it with \`aliyun ims AddFingerprintToOIDCProvider\`; docs/credentials.md of this action shows how to get it.`);
  const BY_CODE = {
    "AuthenticationFail.OIDCToken.Expired": advice_transient("The id-token was too old when it arrived: it is valid for a few minutes. Run again. If it persists, the clock of a self-hosted runner is wrong, or STS takes too long to reach."),
    "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch": FINGERPRINT,
    "AuthenticationFail.OIDCToken.AudienceNotMatch": AUDIENCE,
    "AuthenticationFail.OIDCToken.IssuerNotMatch": ISSUER,
    "AuthenticationFail.OIDCToken.IssuerConfigurationBroken": (_, {issuer: issuer}) => permanent(`STS cannot fetch the keys of ${issuer}. On GitHub Enterprise Server its token issuer has to be reachable from Alibaba Cloud.`),
    "AuthenticationFail.OIDCToken.Invalid": ({providerArn: providerArn}, {issuer: issuer, audience: audience}) => permanent(`STS does not accept the id-token. Check that ${providerArn} has the issuer URL ${issuer} and the client id "${audience}".`),
    "AuthenticationFail.NoPermission": TRUST,
    NoPermission: TRUST,
    "EntityNotExist.Role": ({roleArn: roleArn}) => permanent(`There is no role ${roleArn}. Check \`role-to-assume\`: the account id and the spelling.`),
    "EntityNotExist.OIDCProvider": ({providerArn: providerArn}) => permanent(`There is no provider ${providerArn}. Check \`oidc-provider-arn\`: the account id and the spelling.`),
    "InvalidParameter.DurationSeconds": ({duration: duration}) => permanent(`The role does not allow a session of ${duration / 1e3} s. Shorten \`role-session-duration\` (the session is renewed anyway), or raise the maximum session duration of the role.`),
    "InvalidParameter.RoleSessionName": permanent("STS takes 2 to 64 letters, digits and `.@-_` for the name of a session. Set `role-session-name`.")
  };
  const UNKNOWN = permanent("This action does not know this code. Check `role-to-assume`, `oidc-provider-arn` and the trust policy of the role against docs/credentials.md of this action.");
  function adviseOnSts(code, status, role, claims) {
    const found = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : void 0;
    if (found !== void 0) return typeof found === "function" ? found(role, claims) : found;
    if (code.startsWith("Throttling")) return THROTTLED;
    if (/^(?:Internal|ServiceUnavailable)/.test(code) || status >= 500 || status === 429) return INTERNAL;
    return UNKNOWN;
  }
  const VERSION = "2015-04-01";
  const assume_role_text = schemas_string().check(_minLength(1));
  const assumed = object({
    RequestId: schemas_nullish(schemas_string()),
    Credentials: object({
      AccessKeyId: assume_role_text,
      AccessKeySecret: assume_role_text,
      SecurityToken: assume_role_text,
      Expiration: schemas_nullish(assume_role_text)
    })
  });
  async function assumeRole(role, options) {
    const {idToken: idToken, sts: sts, now: now, secrets: secrets} = options;
    const {redact: redact} = secrets;
    const token = await attempt(options, {
      operation: "GetIdToken",
      attempt: 1,
      send: async () => {
        const answer = await idToken(role.audience, {
          connect: sts.timeout,
          total: sts.timeout,
          hurry: sts.hurry
        });
        if (answer.ok) return succeeded({
          data: answer.value,
          requestId: "",
          date: void 0
        });
        return failed({
          fault: {
            ...answer.error,
            message: oneLine(redact(answer.error.message))
          },
          sent: !0
        });
      }
    });
    if (!token.ok) return failed(token.error.fault);
    const {data: jwt} = token.value;
    secrets.keepMasked(jwt);
    secrets.keep(...jwt.split(".").slice(2));
    const advise = (code, status) => adviseOnSts(code, status, role, claimsOf(jwt));
    const faultOf = faultMaker({
      advise: advise,
      endpointInput: "sts-endpoint",
      writes: new Set,
      redact: redact
    });
    const since = now();
    const operation = "AssumeRoleWithOIDC";
    const answer = await attempt(options, {
      operation: operation,
      attempt: 1,
      send: async () => {
        const reply = await call_call(sts, {
          action: operation,
          version: VERSION,
          ...wireForm(role, jwt, since)
        });
        return readReply(reply, {
          operation: operation,
          schema: assumed,
          faultOf: faultOf
        });
      }
    });
    if (!answer.ok) return failed(answer.error.fault);
    const {AccessKeyId: AccessKeyId, AccessKeySecret: AccessKeySecret, SecurityToken: SecurityToken, Expiration: Expiration} = answer.value.data.Credentials;
    secrets.keep(AccessKeySecret, SecurityToken, AccessKeyId);
    const keys = {
      accessKeyId: AccessKeyId,
      accessKeySecret: AccessKeySecret,
      securityToken: SecurityToken
    };
    return succeeded({
      keys: keys,
      since: since,
      until: endOf(role, since, Expiration ?? void 0)
    });
  }
  function wireForm({roleArn: roleArn, providerArn: providerArn, sessionName: sessionName, duration: duration}, token, now) {
    const Timestamp = new Date(now).toISOString().replace(/\.[0-9]+Z$/, "Z");
    return {
      query: {
        Action: "AssumeRoleWithOIDC",
        Version: VERSION,
        Format: "JSON",
        Timestamp: Timestamp
      },
      body: {
        OIDCProviderArn: providerArn,
        OIDCToken: token,
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: String(Math.ceil(duration / 1e3))
      },
      keys: void 0
    };
  }
  function endOf({duration: duration}, since, expiration) {
    const told = readInstant(expiration);
    return told === void 0 || told <= since ? since + duration : Math.min(since + duration, told);
  }
  var credentials_ = __nccwpck_require__(801);
  function tokenFileProvider({roleArn: roleArn, providerArn: providerArn, path: path, sessionName: sessionName}, stsHost) {
    installAgent();
    const builder = credentials_.OIDCRoleArnCredentialsProvider.builder().withRoleArn(roleArn);
    builder.withOIDCProviderArn(providerArn).withOIDCTokenFilePath(path);
    return builder.withRoleSessionName(sessionName).withStsEndpoint(stsHost).build();
  }
  const cliProfileProvider = () => built(() => credentials_.CLIProfileCredentialsProvider.builder().build());
  const credentialsFileProvider = () => built(() => credentials_.ProfileCredentialsProvider.builder().build());
  const ecsRoleProvider = role => built(() => credentials_.ECSRAMRoleCredentialsProvider.builder().withRoleName(role).build());
  const uriProvider = uri => built(() => credentials_.URICredentialsProvider.builder().withCredentialsURI(uri).build());
  function built(build) {
    installAgent();
    try {
      return build();
    } catch {
      return;
    }
  }
  const LONGEST_MARGIN = 3e5;
  const LAST_MOMENTS = 5e3;
  const SHORTEST_PAUSE = 1e3;
  function scheduleOf({since: since, until: until}) {
    const lifetime = until - since;
    const margin = Math.min(LONGEST_MARGIN, lifetime / 3);
    return {
      renewAt: until - margin,
      again: margin / 10,
      unusableAt: until - Math.min(LAST_MOMENTS, lifetime / 20)
    };
  }
  function renewing(from, obtain, {now: now, hurry: hurry}) {
    let session;
    let pending;
    let timer;
    let closed = !1;
    const renew = () => {
      pending ??= obtain().catch(error => unforeseen(from, error)).then(answer => {
        answer.ok && (session = answer.value);
        plan(answer.ok);
        return answer;
      }).finally(() => {
        pending = void 0;
      });
      return pending;
    };
    const plan = renewedJustNow => {
      clearTimeout(timer);
      if (session === void 0 || closed) return;
      const {renewAt: renewAt, again: again} = scheduleOf(session);
      timer = setTimeout(inBackground, Math.max(SHORTEST_PAUSE, renewedJustNow ? renewAt - now() : again)).unref();
    };
    const inBackground = () => {
      hurry.aborted || closed || renew();
    };
    return {
      from: from,
      renewable: !0,
      keys: async () => {
        if (session !== void 0 && now() < scheduleOf(session).unusableAt) return succeeded(session.keys);
        const answer = await renew();
        return answer.ok ? succeeded(answer.value.keys) : answer;
      },
      invalidate: () => {
        session = void 0;
        return !0;
      },
      close: () => {
        closed = !0;
        clearTimeout(timer);
      }
    };
  }
  function unforeseen(from, error) {
    const what = error instanceof Error ? error.name : typeof error;
    const fault = {
      operation: "Credentials",
      code: "Unforeseen",
      message: `${from} met a ${what}`,
      requestId: "",
      advice: "This is a fault in the action itself, or in what was answered to it. Please report it with the log.",
      transient: !0,
      throttled: !1,
      mayHaveActed: !1,
      retryAfter: void 0
    };
    return failed(fault);
  }
  const keys = (title, where, names, token, note) => ({
    title: title,
    where: where,
    names: names,
    optional: [ token ],
    note: note
  });
  const OIDC = {
    title: "OIDC, by this action",
    where: "inputs",
    names: [ "role-to-assume", "oidc-provider-arn" ],
    optional: [],
    note: "No key has to exist. Renewed before it ends, for as long as the rollout takes."
  };
  const OIDC_FILE = {
    title: "OIDC token file",
    where: "environment",
    names: [ "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE" ],
    optional: [ "ALIBABA_CLOUD_ROLE_SESSION_NAME" ],
    note: "As in a pod of ACK with RRSA. Renewed from the file."
  };
  const GROUPS = [ keys("inputs", "inputs", [ "access-key-id", "access-key-secret" ], "security-token", "`security-token` with a session's key. Not renewed."), OIDC, keys("environment", "environment", [ "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET" ], "ALIBABA_CLOUD_SECURITY_TOKEN", "As `aliyun/configure-aliyun-credentials-action` sets them. Not renewed."), keys("environment, older names", "environment", [ "ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY" ], "ALICLOUD_SECURITY_TOKEN", "The names of the Terraform provider. Not renewed."), keys("environment, oldest names", "environment", [ "ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET" ], "ALIBABACLOUD_SECURITY_TOKEN", "Not renewed."), OIDC_FILE ];
  const REST_OF_CHAIN = [ [ "Alibaba Cloud CLI profile", "`~/.aliyun/config.json`, `ALIBABA_CLOUD_PROFILE`", "Renewed where its mode allows." ], [ "credentials file", "`~/.alibabacloud/credentials`, `ALIBABA_CLOUD_CREDENTIALS_FILE`", "" ], [ "ECS RAM role", "metadata of the instance", "Never asked for on a GitHub-hosted runner. Renewed." ], [ "URI", "`ALIBABA_CLOUD_CREDENTIALS_URI`", "Renewed." ] ];
  const PRINTABLE = /^[!-~]+$/;
  function findSource(inputs, environment, role) {
    const textOf = ({where: where}, name) => (where === "inputs" ? inputs : environment)[name] ?? "";
    const metadata = environment["RUNNER_ENVIRONMENT"] !== "github-hosted";
    for (const group of GROUPS) {
      const given = [ ...group.names, ...group.optional ].filter(name => textOf(group, name) !== "");
      if (given.length === 0) continue;
      if (group === OIDC_FILE && given.every(name => group.optional.includes(name))) continue;
      const missing = group.names.filter(name => !given.includes(name));
      if (missing.length > 0) return failed({
        missing: missing.map(name => ({
          name: name,
          given: given
        })),
        malformed: []
      });
      const malformed = group.where === "inputs" || group === OIDC_FILE ? [] : given.filter(name => !PRINTABLE.test(textOf(group, name)));
      if (malformed.length > 0) return failed({
        missing: [],
        malformed: malformed
      });
      const from = `${group.title} (${given.join(", ")})`;
      const [first = "", second = ""] = group.names.map(name => textOf(group, name));
      if (group === OIDC) return succeeded({
        kind: "oidc",
        from: from,
        role: {
          ...role,
          roleArn: first,
          providerArn: second
        }
      });
      if (group === OIDC_FILE) {
        const path = textOf(group, "ALIBABA_CLOUD_OIDC_TOKEN_FILE");
        const name = textOf(group, "ALIBABA_CLOUD_ROLE_SESSION_NAME") || role.sessionName;
        return succeeded({
          kind: "oidc-file",
          from: from,
          file: {
            roleArn: first,
            providerArn: second,
            path: path,
            sessionName: name
          }
        });
      }
      const token = textOf(group, group.optional[0] ?? "");
      const securityToken = token === "" ? void 0 : token;
      return succeeded({
        kind: "keys",
        from: from,
        keys: {
          accessKeyId: first,
          accessKeySecret: second,
          securityToken: securityToken
        }
      });
    }
    return succeeded({
      kind: "chain",
      from: "Alibaba Cloud's default chain",
      metadata: metadata
    });
  }
  const LONGEST_NAME = 64;
  function sessionName(environment) {
    const fitting = text => text.replace(/[^\w.@-]+/g, "-");
    const run = fitting(environment["GITHUB_RUN_ID"] ?? "");
    const named = fitting(environment["GITHUB_REPOSITORY"] ?? "");
    const repository = named.length < 2 ? "esa-canary-deploy" : named;
    const suffix = run === "" ? "" : `-${run}`.slice(0, LONGEST_NAME - 2);
    return `${repository.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
  }
  function environmentSecrets(environment) {
    const groups = GROUPS.filter(group => group.where === "environment" && group !== OIDC_FILE);
    return groups.flatMap(({names: names, optional: optional}) => [ ...names, ...optional ]).map(name => environment[name] ?? "");
  }
  const TIMEOUT = 3e4;
  function libraryCredentials(source, {sts: sts, secrets: secrets, say: say}) {
    let found;
    let places = [];
    let hasEnded = !1;
    const ask = async ({name: name, provider: provider}) => {
      const limits = {
        connect: TIMEOUT,
        total: TIMEOUT,
        hurry: sts.hurry
      };
      const result = await withinLimits(limits, () => provider.getCredentials());
      if (!result.ok) return describeFailure(name, result.seen.gaveUp === void 0 ? result.error : void 0);
      const {accessKeyId: accessKeyId = "", accessKeySecret: accessKeySecret = "", securityToken: securityToken = ""} = texts(result.value);
      secrets.keep(accessKeySecret, securityToken, accessKeyId);
      if (accessKeyId === "" || accessKeySecret === "") return name;
      return {
        accessKeyId: accessKeyId,
        accessKeySecret: accessKeySecret,
        securityToken: securityToken === "" ? void 0 : securityToken
      };
    };
    const look = async () => {
      const tried = [];
      const before = found?.name;
      (found === void 0 || hasEnded) && (places = placesOf(source, sts));
      hasEnded = !1;
      for (const place of places.filter(({name: name}) => before === void 0 || name === before)) {
        const keys = await ask(place);
        if (typeof keys !== "string") {
          before === void 0 && source.kind === "chain" && say(`Credentials found: ${place.name}`);
          found = place;
          return succeeded(keys);
        }
        tried.push(keys);
      }
      return notFound(source.from, tried, before !== void 0);
    };
    let pending;
    return {
      get from() {
        return found === void 0 || source.kind !== "chain" ? source.from : `${source.from}, ${found.name}`;
      },
      renewable: !0,
      keys: () => {
        pending ??= look().catch(error => unforeseen(source.from, error)).finally(() => {
          pending = void 0;
        });
        return pending;
      },
      invalidate: () => {
        hasEnded = !0;
        return !0;
      },
      close: () => {}
    };
  }
  function texts(given) {
    return Object.fromEntries(Object.entries(given).filter(pair => typeof pair[1] === "string"));
  }
  function placesOf(source, {endpoint: endpoint}) {
    if (source.kind === "oidc-file") return [ {
      name: "token file",
      provider: tokenFileProvider(source.file, endpoint.host)
    } ];
    const {ALIBABA_CLOUD_ECS_METADATA: role = "", ALIBABA_CLOUD_CREDENTIALS_URI: uri = ""} = process.env;
    const [profile, file, metadata, address] = REST_OF_CHAIN.map(([name]) => name);
    const places = [ [ profile, !0, cliProfileProvider ], [ file, !0, credentialsFileProvider ], [ metadata, source.metadata, () => ecsRoleProvider(role) ], [ address, uri !== "", () => uriProvider(uri) ] ];
    return places.flatMap(([name = "", isThere, build]) => {
      const provider = isThere ? build() : void 0;
      return provider === void 0 ? [] : [ {
        name: name,
        provider: provider
      } ];
    });
  }
  const SAFE = /"Code"\s*:\s*"([A-Z][A-Za-z.]{2,80})"|\b(E[A-Z]{4,15})\b|[Ss]tatus(?:Code)?: ?([1-5][0-9]{2})\b/g;
  function describeFailure(name, error) {
    if (error === void 0) return `${name} (no answer in time)`;
    const message = error instanceof Error ? error.message : "";
    const codes = [ ...message.matchAll(SAFE) ].map(([, code, number, status]) => code ?? number ?? `HTTP ${status}`);
    codes.length === 0 && error instanceof Error && error.name !== "Error" && codes.push(error.name);
    return codes.length === 0 ? name : `${name} (${[ ...new Set(codes) ].join(", ")})`;
  }
  function notFound(from, tried, hadWorked) {
    return failed({
      operation: "Credentials",
      code: "NoCredentials",
      message: `${from} has no keys; looked in: ${tried.join(", ")}`,
      requestId: "",
      advice: hadWorked ? "They were found there before. Run again; if it persists, check what issues them." : "Give `role-to-assume` and `oidc-provider-arn` with `permissions: { id-token: write }`, or `access-key-id` and `access-key-secret`. docs/credentials.md of this action has a table of where credentials may come from.",
      transient: hadWorked,
      throttled: !1,
      mayHaveActed: !1,
      retryAfter: void 0
    });
  }
  function openCredentials(source, options) {
    options.say(`Credentials: ${source.from}`);
    const {now: now, sts: sts} = options;
    switch (source.kind) {
     case "keys":
      return {
        from: source.from,
        renewable: !1,
        keys: async () => succeeded(source.keys),
        invalidate: () => !1,
        close: () => {}
      };

     case "oidc":
      return renewing(source.from, () => assumeRole(source.role, options), {
        now: now,
        hurry: sts.hurry
      });

     case "oidc-file":
     case "chain":
      return libraryCredentials(source, options);
    }
  }
  const FIELDS = {
    RoutineName: "text",
    CodeVersion: "text",
    ErrorCode: "text",
    ResponseStatus: "long"
  };
  const logs_advice_permanent = advice => ({
    advice: advice,
    transient: !1,
    throttled: !1
  });
  const logs_advice_BY_CODE = {
    ProjectNotExist: ({project: project, host: host}) => logs_advice_permanent(`There is no project "${project}" at ${host}. Check \`gate-logs\` and \`gate-logs-region\`; the projects there: \`aliyunlog log list_project --region-endpoint=${host}\``),
    LogStoreNotExist: ({project: project, logstore: logstore, host: host}) => logs_advice_permanent(`There is no logstore "${logstore}" in the project. Those that there are: \`aliyunlog log list_logstore --project_name=${project} --region-endpoint=${host}\``),
    IndexConfigNotExist: place => logs_advice_permanent(`The logstore has no index. Create it: \`${indexCommand("create", place)}\``),
    Unauthorized: ({project: project, logstore: logstore}) => logs_advice_permanent(`The key may not read the logs. Create the policy and attach it to the user or role: \`aliyun ram CreatePolicy --PolicyName esa-canary-logs --PolicyDocument '${policyFor(project, logstore)}'\``),
    SignatureNotMatch: () => logs_advice_permanent("The secret does not belong to this key, or a proxy changed the request."),
    RequestTimeExpired: () => logs_advice_permanent("The runner's clock and the service's are more than 15 minutes apart. Set the clock of the runner.")
  };
  const FIELD_MISSING = /not config(?:ured)? as key value config|cannot be resolved|add the column/i;
  const BUSY = /Quota|Busy|Throttling|TooMany|^InternalServerError$|^RequestTimeout$|^ServiceUnavailable$/;
  function adviseOnLogs(place, code, message) {
    if (Object.hasOwn(logs_advice_BY_CODE, code)) return logs_advice_BY_CODE[code]?.(place) ?? logs_advice_permanent("");
    if (FIELD_MISSING.test(message)) {
      const names = Object.keys(FIELDS).join(", ");
      return logs_advice_permanent(`The index lacks one of ${names}. Add them, keeping those that are there: \`${indexCommand("update", place)}\``);
    }
    if (BUSY.test(code)) return {
      advice: "Log Service is busy or its quota is used up.",
      transient: !0,
      throttled: !0
    };
    return logs_advice_permanent("This action does not know this code of Log Service; its message says more.");
  }
  function indexCommand(how, {project: project, logstore: logstore, host: host}) {
    const keys = Object.entries(FIELDS).map(([name, type]) => {
      const text = type === "text" ? {
        caseSensitive: !0,
        token: []
      } : {};
      return [ name, {
        type: type,
        doc_value: !0,
        ...text
      } ];
    });
    const detail = JSON.stringify({
      keys: Object.fromEntries(keys)
    });
    return `aliyunlog log ${how}_index --project_name=${project} --logstore_name=${logstore} --index_detail='${detail}' --region-endpoint=${host}`;
  }
  function policyFor(project, logstore) {
    const resource = `acs:log:*:*:project/${project}/logstore/${logstore}`;
    const statement = {
      Effect: "Allow",
      Action: "log:GetLogStoreLogs",
      Resource: resource
    };
    return JSON.stringify({
      Version: "1",
      Statement: [ statement ]
    });
  }
  var external_os_ = __nccwpck_require__(857);
  function utils_toCommandValue(input) {
    if (input === null || input === void 0) return "";
    if (typeof input === "string" || input instanceof String) return input;
    return JSON.stringify(input);
  }
  function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
  }
  const CMD_STRING = "::";
  class Command {
    constructor(command, properties, message) {
      command || (command = "missing.command");
      this.command = command;
      this.properties = properties;
      this.message = message;
    }
    toString() {
      let cmdStr = CMD_STRING + this.command;
      if (this.properties && Object.keys(this.properties).length > 0) {
        cmdStr += " ";
        let first = !0;
        for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
          const val = this.properties[key];
          if (val) {
            first ? first = !1 : cmdStr += ",";
            cmdStr += `${key}=${escapeProperty(val)}`;
          }
        }
      }
      cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
      return cmdStr;
    }
  }
  function escapeData(s) {
    return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  }
  function escapeProperty(s) {
    return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
  }
  __nccwpck_require__(982);
  const external_fs_namespaceObject = require("fs");
  require("path");
  const http_client_namespaceObject = lazily(() => require("../lazy/http-client.cjs"));
  const auth_namespaceObject = lazily(() => require("../lazy/http-client.cjs"));
  var __awaiter = function(thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P ? value : new P(function(resolve) {
        resolve(value);
      });
    }
    return new (P || (P = Promise))(function(resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
  class OidcClient {
    static createHttpClient(allowRetry = !0, maxRetry = 10) {
      const requestOptions = {
        allowRetries: allowRetry,
        maxRetries: maxRetry
      };
      return new http_client_namespaceObject.HttpClient("actions/oidc-client", [ new auth_namespaceObject.BearerCredentialHandler(OidcClient.getRequestToken()) ], requestOptions);
    }
    static getRequestToken() {
      const token = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
      if (!token) throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable");
      return token;
    }
    static getIDTokenUrl() {
      const runtimeUrl = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
      if (!runtimeUrl) throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable");
      return runtimeUrl;
    }
    static getCall(id_token_url) {
      return __awaiter(this, void 0, void 0, function*() {
        var _a;
        const httpclient = OidcClient.createHttpClient();
        const res = yield httpclient.getJson(id_token_url).catch(error => {
          throw new Error(`Failed to get ID Token. \n \n        Error Code : ${error.statusCode}\n \n        Error Message: ${error.message}`);
        });
        const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
        if (!id_token) throw new Error("Response json body do not have ID Token field");
        return id_token;
      });
    }
    static getIDToken(audience) {
      return __awaiter(this, void 0, void 0, function*() {
        try {
          let id_token_url = OidcClient.getIDTokenUrl();
          if (audience) {
            const encodedAudience = encodeURIComponent(audience);
            id_token_url = `${id_token_url}&audience=${encodedAudience}`;
          }
          debug(`ID token url is ${id_token_url}`);
          const id_token = yield OidcClient.getCall(id_token_url);
          setSecret(id_token);
          return id_token;
        } catch (error) {
          throw new Error(`Error message: ${error.message}`);
        }
      });
    }
  }
  var summary_awaiter = function(thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P ? value : new P(function(resolve) {
        resolve(value);
      });
    }
    return new (P || (P = Promise))(function(resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
  const {access: access, appendFile: appendFile, writeFile: writeFile} = external_fs_namespaceObject.promises;
  const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
  class Summary {
    constructor() {
      this._buffer = "";
    }
    filePath() {
      return summary_awaiter(this, void 0, void 0, function*() {
        if (this._filePath) return this._filePath;
        const pathFromEnv = process.env[SUMMARY_ENV_VAR];
        if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
        try {
          yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
        } catch (_a) {
          throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
        }
        this._filePath = pathFromEnv;
        return this._filePath;
      });
    }
    wrap(tag, content, attrs = {}) {
      const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
      if (!content) return `<${tag}${htmlAttrs}>`;
      return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    write(options) {
      return summary_awaiter(this, void 0, void 0, function*() {
        const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
        const filePath = yield this.filePath();
        const writeFunc = overwrite ? writeFile : appendFile;
        yield writeFunc(filePath, this._buffer, {
          encoding: "utf8"
        });
        return this.emptyBuffer();
      });
    }
    clear() {
      return summary_awaiter(this, void 0, void 0, function*() {
        return this.emptyBuffer().write({
          overwrite: !0
        });
      });
    }
    stringify() {
      return this._buffer;
    }
    isEmptyBuffer() {
      return this._buffer.length === 0;
    }
    emptyBuffer() {
      this._buffer = "";
      return this;
    }
    addRaw(text, addEOL = !1) {
      this._buffer += text;
      return addEOL ? this.addEOL() : this;
    }
    addEOL() {
      return this.addRaw(external_os_.EOL);
    }
    addCodeBlock(code, lang) {
      const attrs = Object.assign({}, lang && {
        lang: lang
      });
      const element = this.wrap("pre", this.wrap("code", code), attrs);
      return this.addRaw(element).addEOL();
    }
    addList(items, ordered = !1) {
      const tag = ordered ? "ol" : "ul";
      const listItems = items.map(item => this.wrap("li", item)).join("");
      const element = this.wrap(tag, listItems);
      return this.addRaw(element).addEOL();
    }
    addTable(rows) {
      const tableBody = rows.map(row => {
        const cells = row.map(cell => {
          if (typeof cell === "string") return this.wrap("td", cell);
          const {header: header, data: data, colspan: colspan, rowspan: rowspan} = cell;
          const tag = header ? "th" : "td";
          const attrs = Object.assign(Object.assign({}, colspan && {
            colspan: colspan
          }), rowspan && {
            rowspan: rowspan
          });
          return this.wrap(tag, data, attrs);
        }).join("");
        return this.wrap("tr", cells);
      }).join("");
      const element = this.wrap("table", tableBody);
      return this.addRaw(element).addEOL();
    }
    addDetails(label, content) {
      const element = this.wrap("details", this.wrap("summary", label) + content);
      return this.addRaw(element).addEOL();
    }
    addImage(src, alt, options) {
      const {width: width, height: height} = options || {};
      const attrs = Object.assign(Object.assign({}, width && {
        width: width
      }), height && {
        height: height
      });
      const element = this.wrap("img", null, Object.assign({
        src: src,
        alt: alt
      }, attrs));
      return this.addRaw(element).addEOL();
    }
    addHeading(text, level) {
      const tag = `h${level}`;
      const allowedTag = [ "h1", "h2", "h3", "h4", "h5", "h6" ].includes(tag) ? tag : "h1";
      const element = this.wrap(allowedTag, text);
      return this.addRaw(element).addEOL();
    }
    addSeparator() {
      const element = this.wrap("hr", null);
      return this.addRaw(element).addEOL();
    }
    addBreak() {
      const element = this.wrap("br", null);
      return this.addRaw(element).addEOL();
    }
    addQuote(text, cite) {
      const attrs = Object.assign({}, cite && {
        cite: cite
      });
      const element = this.wrap("blockquote", text, attrs);
      return this.addRaw(element).addEOL();
    }
    addLink(text, href) {
      const element = this.wrap("a", text, {
        href: href
      });
      return this.addRaw(element).addEOL();
    }
  }
  new Summary;
  lazily(() => absent("@actions/exec"));
  external_os_.platform();
  external_os_.arch();
  var core_awaiter = function(thisArg, _arguments, P, generator) {
    function adopt(value) {
      return value instanceof P ? value : new P(function(resolve) {
        resolve(value);
      });
    }
    return new (P || (P = Promise))(function(resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator["throw"](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
  var ExitCode;
  (function(ExitCode) {
    ExitCode[ExitCode["Success"] = 0] = "Success";
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
  })(ExitCode || (ExitCode = {}));
  function setSecret(secret) {
    command_issueCommand("add-mask", {}, secret);
  }
  function debug(message) {
    command_issueCommand("debug", {}, message);
  }
  function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function*() {
      return yield OidcClient.getIDToken(aud);
    });
  }
  const PERMISSION = "give the job `permissions: { id-token: write }`";
  async function idToken(audience, limits) {
    const result = await withinLimits(limits, () => getIDToken(audience));
    if (result.ok) return succeeded(result.value);
    const {gaveUp: gaveUp, response: response} = result.seen;
    const said = result.error instanceof Error ? result.error.message : String(result.error);
    const status = response?.statusCode;
    const refused = status === 401 || status === 403;
    return failed({
      operation: "GetIdToken",
      code: gaveUp === void 0 ? "IdTokenNotIssued" + (status === void 0 ? "" : `.${status}`) : "IdTokenTimeout",
      message: gaveUp === void 0 ? said : `GitHub issued no id-token within ${result.seen.after} ms`,
      requestId: "",
      advice: refused ? `GitHub does not let this job have an id-token: ${PERMISSION}. Pull requests of forks never get one.` : "GitHub's token service could not be reached or failed. Run again; if it persists, see its status page, and check the proxy of a self-hosted runner.",
      transient: !refused,
      throttled: !1,
      mayHaveActed: !1,
      retryAfter: void 0
    });
  }
  const DEPTH = 6;
  const NAMED = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    sol: "/",
    bsol: "\\",
    plus: "+",
    equals: "=",
    colon: ":",
    percnt: "%",
    num: "#",
    commat: "@",
    lowbar: "_",
    excl: "!",
    dollar: "$",
    ast: "*"
  };
  const ESCAPE = /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|\\([/"'\\])|&#([0-9]{1,7});|&#x([0-9a-f]{1,6});|&([a-z]{2,6});/gi;
  function undoneForms(text) {
    const forms = [];
    for (let bare = text; forms.length < DEPTH; ) {
      const next = bare.replace(ESCAPE, meant);
      if (next === bare) break;
      forms.push(next);
      bare = next;
    }
    return forms;
  }
  function withoutEscaped(text, forms) {
    const spans = [];
    for (const [index, bare] of undoneForms(text).entries()) {
      const found = forms.filter(form => bare.includes(form));
      if (found.length === 0) continue;
      const layer = undoneBy(index + 1, text);
      for (const form of found) spans.push(...escapes_placesOf(form, layer));
    }
    return spans.length === 0 ? text : without(text, spans);
  }
  function meant(written, ...groups) {
    const [byte, unit, short, plain, decimal, hex, name] = groups;
    if (plain !== void 0) return plain;
    if (name !== void 0) return NAMED[name.toLowerCase()] ?? written;
    const code = decimal === void 0 ? Number.parseInt(byte ?? unit ?? short ?? hex ?? "", 16) : Number(decimal);
    return code <= 65535 ? String.fromCharCode(code) : written;
  }
  function undoneBy(times, text) {
    let layer = {
      text: text,
      from: Uint32Array.from({
        length: text.length + 1
      }, (_, index) => index)
    };
    for (let time = 0; time < times; time += 1) layer = undone(layer);
    return layer;
  }
  function undone({text: text, from: from}) {
    const origins = new Uint32Array(from.length);
    let [result, read] = [ "", 0 ];
    const take = until => {
      origins.set(from.subarray(read, until), result.length);
      result += text.slice(read, until);
      read = until;
    };
    for (const match of text.matchAll(ESCAPE)) {
      take(match.index);
      origins[result.length] = from[match.index] ?? 0;
      const character = meant(match[0], ...match.slice(1));
      if (character.length !== 1) continue;
      result += character;
      read = match.index + match[0].length;
    }
    take(text.length);
    origins[result.length] = from[text.length] ?? 0;
    return {
      text: result,
      from: origins.subarray(0, result.length + 1)
    };
  }
  function escapes_placesOf(form, {text: text, from: from}) {
    const places = [];
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length)) places.push([ from[at] ?? 0, from[at + form.length] ?? 0 ]);
    return places;
  }
  function without(text, spans) {
    let [result, read] = [ "", 0 ];
    for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
      if (end <= read) continue;
      start >= read && (result += `${text.slice(read, start)}***`);
      read = end;
    }
    return result + text.slice(read);
  }
  function formsOf(secret) {
    if (secret === "") return [];
    const bytes = Buffer.from(secret);
    const encoded = encodeURIComponent(bytes.toString());
    return [ ...new Set([ secret, encoded, bytes.toString("base64"), bytes.toString("base64url") ]) ];
  }
  function formsOfRunner(secret) {
    const bytes = Buffer.from(secret);
    const encoded = encodeURIComponent(bytes.toString());
    return [ secret, bytes.toString("base64"), .../[!'()*]/.test(encoded) ? [] : [ encoded ] ];
  }
  const SHORTEST_SECRET = 8;
  const SHORTEST_UNDONE = 4;
  const SIGNATURE = /(Signature(?:=|%(?:25){0,3}3D|\\u003d|&#(?:61|x3d);|&equals;))[0-9a-f]{16,}/gi;
  function secretKeeper(mask) {
    const [kept, known] = [ new Set, new Set ];
    let long = [];
    const tell = (secret, isMasked) => {
      const told = new Set([ secret, ...formsOf(secret).filter(form => /[!'()*]/.test(form)) ]);
      for (const form of told) known.has(form) || isMasked || mask(form);
      for (const form of [ ...told, ...formsOfRunner(secret) ]) known.add(form);
    };
    const keep = (secrets, isMasked) => {
      for (const secret of secrets.toSorted((one, other) => one.length - other.length)) secret !== "" && tell(secret, isMasked);
      const fresh = secrets.flatMap(formsOf).filter(form => !kept.has(form));
      for (const form of fresh) kept.add(form);
      if (fresh.length === 0) return;
      const real = [ ...kept ].filter(form => form.length >= SHORTEST_SECRET);
      const sought = new Set(real.flatMap(looks).filter(form => form.length >= SHORTEST_UNDONE));
      long = [ ...sought ].toSorted((one, other) => other.length - one.length);
    };
    return {
      keep: (...secrets) => keep(secrets, !1),
      keepMasked: secret => keep([ secret ], !0),
      redact: text => {
        if (text.length < SHORTEST_SECRET) return text;
        const plain = long.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text.replace(SIGNATURE, `$1${HIDDEN}`));
        return withoutEscaped(plain, long);
      }
    };
  }
  const HIDDEN = "***";
  function looks(form) {
    const written = [ form, ...undoneForms(form) ];
    const asBytes = written.flatMap(text => [ text, Buffer.from(text).toString("latin1") ]);
    const spaced = asBytes.flatMap(text => [ text, text.replaceAll(" ", "+"), text.replaceAll("+", " ") ]);
    return spaced.flatMap(text => [ text, text.replace(/=+$/, "") ]);
  }
  const TELLING = /(?:^|[_.-])(?:\w*token|\w*secret|sig|\w*signature|sign|passw\w*|pwd|\w*credentials?|\w*key|auth|authorization|jwt)(?:$|[_.-])/i;
  const url_secrets_SHORTEST_SECRET = 8;
  function urlSecrets(text) {
    const values = text.split(/[?#&]/).slice(1).flatMap(pair => {
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      return TELLING.test(decoded(name)) ? [ value ] : [];
    });
    const user = hasUser(text) || !URL.canParse(text) ? beforeAt(text) : "";
    const [, password = ""] = /^[^/]*\/\/[^/?#]*?:(.*)@/.exec(text) ?? [];
    const secrets = [ user, ...user.split(/[:@]/), user.slice(user.indexOf(":") + 1), password, ...values ];
    return secrets.flatMap(secret => [ secret, decoded(secret) ]).filter(secret => secret.length >= url_secrets_SHORTEST_SECRET);
  }
  function hasUser(text) {
    const [, authority = ""] = /^[^:]*:[\\/]*([^\\/?#]*)/.exec(text.replace(/[\t\r\n]/g, "")) ?? [];
    return authority.includes("@");
  }
  function beforeAt(text) {
    return /^(?:[a-z][a-z0-9+.-]*:)?[\\/]*(.*)@/is.exec(text)?.[1] ?? "";
  }
  function decoded(text) {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  }
  const UPLOAD_OPERATIONS = [ "CommitRoutineStagingCode", "CreateRoutine", "CreateRoutineWithAssetsCodeVersion", "DeleteRoutineCodeVersion", "GetRoutineCodeVersionInfo", "GetRoutineStagingCodeUploadInfo", "ListEdgeRoutinePlans" ];
  new Set([ "CommitRoutineStagingCode", "CreateRoutine", "CreateRoutineCodeDeployment", "CreateRoutineWithAssetsCodeVersion", "DeleteRoutineCodeVersion" ]);
  const advice_BUSY = throttled("The service is busy or this configuration is being changed at the same moment. Run again, and give the job a `concurrency` group so that two runs never write the same routine at once.");
  const CLOCK = permanent("The runner's clock and the service's are more than 15 minutes apart. Set the clock of the self-hosted runner (NTP), then run again.");
  const MISSING = permanent("The service says that a parameter is missing, which this action should never cause: please report it with the RequestId.");
  const TOKEN = permanent("Pass `security-token` together with the key it was issued with; get all three again from the step that assumes the role.");
  const ACCESS_DENIED = ({operation: operation}) => permanent(`The key may not do this. Grant it the RAM action \`esa:${operation}\` on resource \`*\`; docs/credentials.md of this action has the whole policy. A policy that denies wins over one that allows.`);
  const NO_SUCH_API = ({region: region}) => permanent(`This endpoint does not know the operation. Check the inputs \`endpoint\` and \`region\` (now \`${region}\`).`);
  const UPLOADS = new Set(UPLOAD_OPERATIONS);
  const advice_BY_CODE = {
    RoutineNotExist: ({routine: routine, region: region}) => permanent(`There is no routine "${routine}" in this account at \`region: ${region}\`. Check the spelling of \`routine\`, that the key is of the right account, and \`region\`: \`cn-hangzhou\` is the China site, \`ap-southeast-1\` the international site.`),
    InvalidParameter: ({env: env, operation: operation}) => permanent(UPLOADS.has(operation) ? "The service refused a parameter of the upload; the message says what was wrong." : `The service refused a parameter. Check that each version exists, is Available and may be deployed to ${env}; the message says what was wrong.`),
    ParameterNotExist: MISSING,
    CodeVersionNumberExceedQuotaLimit: permanent("The plan's quota of code versions is used up. Delete versions that serve nothing, in the console or with DeleteRoutineCodeVersion."),
    RoutineNumberExceedQuotaLimit: permanent("The plan's quota of routines is used up. Delete a routine or ask for more."),
    RoutineAlreadyExist: permanent("A routine of this name exists already."),
    RoutineNameAlreadyExist: permanent("A routine of this name exists already."),
    DependedByOthers: permanent("Something else still uses this object, for example a live deployment. Deploy another version first."),
    SiteParameterNotMatch: permanent("The site of the request is not the site of the routine. Check that the key belongs to the account that owns both."),
    RoutineUserServiceStatusHalt: permanent("The account's Functions and Pages service is halted, often for an unpaid bill; nothing can be changed until it runs again."),
    ServiceNotOpen: permanent("Functions and Pages is not activated for this account. Activate it in the ESA console, then run again."),
    "ErService.HasOpened": permanent("Functions and Pages is activated already."),
    "Site.ServiceBusy": advice_BUSY,
    TooManyRequests: advice_BUSY,
    LockFailed: advice_BUSY,
    "Rejected.Throttling": THROTTLED,
    ServiceUnavailable: INTERNAL,
    InternalError: INTERNAL,
    InternalException: INTERNAL,
    InternalOperationError: INTERNAL,
    "InvalidAccessKeyId.NotFound": ({region: region}) => permanent(`The service does not know this key. Check \`access-key-id\`, and \`region\` (now \`${region}\`): keys of the China site (aliyun.com) work with \`cn-hangzhou\`, keys of the international site (alibabacloud.com) with \`ap-southeast-1\`. A temporary key, whose id starts with \`STS.\`, needs its \`security-token\`.`),
    "InvalidAccessKeyId.Inactive": permanent("The key is disabled. Enable it in RAM or use another one."),
    SignatureDoesNotMatch: permanent("The secret does not belong to this key. Set `access-key-secret` again, without spaces or line breaks around it."),
    IncompleteSignature: permanent("The signature did not arrive whole, which is what a proxy that strips headers does. Check the proxy between runner and service."),
    SignatureNonceUsed: advice_transient("An identical request arrived before, which is what a proxy that repeats requests does. What is live was read before going on."),
    "InvalidTimeStamp.Format": CLOCK,
    "InvalidTimeStamp.Expired": CLOCK,
    "InvalidSecurityToken.Expired": permanent("The temporary credentials have expired. Let this action assume the role itself (`role-to-assume`, `oidc-provider-arn`), so that it renews them; or get new ones right before this step, with a session that lasts longer than the job."),
    "InvalidSecurityToken.Malformed": TOKEN,
    "InvalidSecurityToken.MismatchWithAccessKey": TOKEN,
    MissingSecurityToken: TOKEN,
    "Forbidden.RAM": ACCESS_DENIED,
    NoPermission: ACCESS_DENIED,
    Forbidden: ACCESS_DENIED,
    "InvalidApi.NotFound": NO_SUCH_API,
    "InvalidProduct.NotFound": NO_SUCH_API,
    "InvalidAction.NotFound": NO_SUCH_API,
    "InvalidProtocol.NeedSsl": permanent("The service wants https. Write the input `endpoint` with `https://`."),
    InvalidCredentials: permanent("There are no usable credentials. docs/credentials.md of this action has the table of where they may come from.")
  };
  const BY_PREFIX = [ [ "Throttling", THROTTLED ], [ "Forbidden", ACCESS_DENIED ], [ "NoPermission", ACCESS_DENIED ], [ "InvalidSecurityToken", TOKEN ], [ "InvalidTimeStamp", CLOCK ], [ "Missing", MISSING ] ];
  const advice_UNKNOWN = permanent("This action does not know this code. The message and the RequestId say more; Alibaba Cloud support can look the RequestId up.");
  function adviseOnCode(code, status, context) {
    const found = Object.hasOwn(advice_BY_CODE, code) ? advice_BY_CODE[code] : BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1];
    if (found === void 0) return status >= 500 || status === 429 ? INTERNAL : advice_UNKNOWN;
    return typeof found === "function" ? found(context) : found;
  }
  const KEYS = "Keys come from the environment, such as ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or from a profile of the Alibaba Cloud CLI.";
  const advice_TOKEN = `The security token is not of this key. Get key, secret and token again together. ${KEYS}`;
  const contract_advice_BY_CODE = {
    SignatureDoesNotMatch: `The secret is not of this key. Set it again, without spaces or line breaks around it. ${KEYS}`,
    "InvalidAccessKeyId.NotFound": ({region: region}) => `The service does not know this key. ${KEYS} Check \`--region\` (now ${region}) too: keys of aliyun.com work with cn-hangzhou, those of alibabacloud.com with ap-southeast-1. A temporary key, which starts with STS., needs its ALIBABA_CLOUD_SECURITY_TOKEN.`,
    "InvalidSecurityToken.Expired": `The temporary credentials have expired. Get new ones, and run again. ${KEYS}`,
    "InvalidSecurityToken.Malformed": advice_TOKEN,
    "InvalidSecurityToken.MismatchWithAccessKey": advice_TOKEN,
    MissingSecurityToken: advice_TOKEN,
    "Site.ServiceBusy": "The service is busy, or this routine is being changed at the same moment. Run again.",
    TooManyRequests: "The service is busy, or this routine is being changed at the same moment. Run again.",
    LockFailed: "The service is busy, or this routine is being changed at the same moment. Run again."
  };
  const DENIED = ({operation: operation}) => `The key may not do this. Grant it the RAM action \`esa:${operation}\` on resource \`*\`; docs/facts.md lists all that the check needs. A policy that denies wins over one that allows.`;
  function adviceOnCode(code, status, context) {
    const own = Object.hasOwn(contract_advice_BY_CODE, code) ? contract_advice_BY_CODE[code] : void 0;
    if (own !== void 0) return typeof own === "function" ? own(context) : own;
    if (/^(?:Forbidden|NoPermission)/.test(code)) return DENIED(context);
    if (code.startsWith("InvalidSecurityToken")) return advice_TOKEN;
    return inOptions(adviseOnCode(code, status, context).advice);
  }
  function adviceOnNetwork(code) {
    return inOptions(adviseOnNetwork(code, "endpoint").advice);
  }
  const OPTIONS = "routine|env|url|region|endpoint|sts-endpoint|role-to-assume|oidc-provider-arn";
  const ELSEWHERE = [ [ "Give `role-to-assume` and `oidc-provider-arn` with `permissions: { id-token: write }`, or `access-key-id` and `access-key-secret`.", `${KEYS} In a workflow \`--role-to-assume\` and \`--oidc-provider-arn\` take none, with \`permissions: { id-token: write }\`.` ], [ "Raise `api-timeout` if the service is far away, as China is from GitHub-hosted runners.", "Run again." ], [ ", or set `audience` to one of those", "" ], [ "Shorten `role-session-duration` (the session is renewed anyway), or raise", "Raise" ], [ " Set `role-session-name`.", "" ], [ "that the log and the summary show: it is the one for exactly this job", "that follows: it is for exactly this job" ] ];
  function inOptions(advice) {
    return ELSEWHERE.reduce((text, [words, own]) => text.replace(words, own), advice).replace(new RegExp(`\\b([Tt]he) inputs? (?=\`(?:${OPTIONS})\`)`, "g"), "").replace(new RegExp(`\`(${OPTIONS})(?:: ([^\`]*))?\``, "g"), (_, name, value) => value === void 0 ? `\`--${name}\`` : `\`--${name} ${value}\``).replace(/\b([Tt])his action\b/g, "$1his check");
  }
  function parseAnswer(body) {
    return parse_parse(body);
  }
  function memberOf(value, ...path) {
    let found = value;
    for (const name of path) {
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return;
      found = found[name];
    }
    return found;
  }
  function textOf(value) {
    if (LosslessNumber_isLosslessNumber(value)) return value.value;
    return typeof value === "string" ? value : void 0;
  }
  function listOf(value) {
    return Array.isArray(value) ? value : [];
  }
  function formOf(value) {
    if (value === void 0) return "absent";
    if (value === null) return "null";
    if (LosslessNumber_isLosslessNumber(value)) return "a number";
    if (typeof value === "string") return "a string";
    if (Array.isArray(value)) return "a list";
    return typeof value === "object" ? "an object" : "true or false";
  }
  function shownIn(routine, env) {
    const envs = memberOf(routine, "Envs");
    const isRoutine = typeof memberOf(routine, "RequestId") === "string";
    if (!isRoutine || envs !== void 0 && !Array.isArray(envs)) return;
    const entry = listOf(envs).find(one => memberOf(one, "Env") === env);
    const deployId = textOf(memberOf(entry, "CodeDeploy", "DeployId")) ?? "";
    const shares = memberOf(entry, "CodeDeploy", "CodeVersions");
    if (shares !== void 0) {
      const split = listOf(shares).map(share => ({
        version: textOf(memberOf(share, "CodeVersion")) ?? "",
        weight: Number(textOf(memberOf(share, "Percentage")) ?? Number.NaN)
      }));
      const isShare = ({version: version, weight: weight}) => isVersion(version) && Number.isInteger(weight) && weight >= 0;
      const isSplit = split.length > 0 && split.every(isShare);
      return isSplit ? {
        entry: entry,
        routine: routine,
        deployId: deployId,
        split: split
      } : void 0;
    }
    const alone = textOf(memberOf(entry, "CodeVersion")) ?? "";
    const split = isVersion(alone) ? [ {
      version: alone,
      weight: 100
    } ] : [];
    return {
      entry: entry,
      routine: routine,
      deployId: deployId,
      split: split
    };
  }
  function isVersion(text) {
    return /^(?:[0-9]{1,32}|unstable)$/.test(text);
  }
  function keyOf(split) {
    return split.filter(({weight: weight}) => weight > 0).map(({version: version, weight: weight}) => `${version}=${weight}`).toSorted().join(",");
  }
  class Stopped extends Error {
    name="Stopped";
    advice;
    constructor(what, advice) {
      super(what);
      this.advice = advice;
    }
  }
  function orNotWritten(path, option, write) {
    try {
      write();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "Unnamed";
      throw new Stopped(`${path} cannot be written: ${code}.`, `Name another place by \`${option}\`.`);
    }
  }
  function stoppedText(error) {
    if (error instanceof Stopped) return `Stopped: ${error.message} ${error.advice}`;
    const name = error instanceof Error ? error.name : typeof error;
    return `Stopped: the check itself failed (${name}). Please report that, with what was printed before.`;
  }
  const api_VERSION = "2024-09-10";
  const PAUSES = [ 1e3, 2e3, 4e3, 8e3, 16e3 ];
  const api_BUSY = /Throttling|TooManyRequests|ServiceBusy|LockFailed|ServiceUnavailable/;
  function isBusy(said) {
    return said.kind === "refused" && api_BUSY.test(said.code);
  }
  function openApi({destination: destination, keys: keys, redact: redact, pace: pace, clock: clock}) {
    let calls = 0;
    const askAtOnce = async (action, {body: body = {}, query: query = {}}) => {
      const signer = await keys();
      if (!signer.ok) throw unsigned("No keys to sign with", signer.error);
      calls += 1;
      const reply = await call_call(destination, {
        action: action,
        version: api_VERSION,
        body: body,
        query: query,
        keys: signer.value
      });
      return saidIn(reply, redact, clock.now());
    };
    return {
      askAtOnce: askAtOnce,
      calls: () => calls,
      ask: async (operation, parameters, again = async () => {}) => {
        for (const pause of PAUSES) {
          await pace();
          const said = await askAtOnce(operation, parameters);
          if (!isBusy(said)) return said;
          await clock.sleep(pause);
          await again();
        }
        await pace();
        return askAtOnce(operation, parameters);
      }
    };
  }
  function saidIn(reply, redact, at) {
    switch (reply.kind) {
     case "answer":
      return answerIn(reply.body, reply, redact, at);

     case "error":
      return refusalIn(reply.error, reply, redact);

     case "unreadable":
      return {
        kind: "lost",
        why: `HTTP ${reply.status} with something that is no JSON`
      };

     case "network":
      return {
        kind: "lost",
        why: redact(`${reply.code}: ${reply.message}`),
        advice: adviceOnNetwork(reply.code)
      };

     case "unsigned":
      throw unsigned("Nothing could be signed", reply.fault);
    }
  }
  function unsigned(what, {message: message, advice: advice, snippet: snippet = ""}) {
    const policy = snippet === "" ? "" : ` ${snippet.replace(/\s+/g, " ")}`;
    return new Stopped(`${what}${sentence(message)}`, `${inOptions(advice)}${policy}`);
  }
  function answerIn(body, {status: status, date: date, retryAfter: retryAfter}, redact, at) {
    if (status >= 300) return {
      kind: "lost",
      why: `HTTP ${status} in place of an answer`
    };
    let json;
    try {
      json = parseAnswer(body);
    } catch {
      return {
        kind: "lost",
        why: `HTTP ${status} with something that is no JSON`
      };
    }
    if (typeof json !== "object" || json === null || Array.isArray(json)) return {
      kind: "lost",
      why: `HTTP ${status} with JSON that is no object`
    };
    const code = textOf(memberOf(json, "Code")) ?? "";
    return code === "" ? {
      kind: "answer",
      json: json,
      date: date,
      at: at
    } : refusalIn({
      ...json
    }, {
      status: status,
      retryAfter: retryAfter
    }, redact);
  }
  function refusalIn(error, {status: status, retryAfter: retryAfter}, redact) {
    const code = textOf(error["Code"]) ?? "";
    const said = code === "SignatureDoesNotMatch" ? "the signature is not the one the service computed" : error["Message"];
    const message = redact(textOf(said) ?? "");
    return {
      kind: "refused",
      code: /^[A-Za-z][\w.]{0,80}$/.test(code) ? code : "Unnamed",
      status: status,
      message: message,
      retryAfter: retryAfter
    };
  }
  function answerOf(said, operation, {routine: routine, env: env, region: region}) {
    if (said.kind === "answer") return said.json;
    if (said.kind === "lost") {
      const {why: why, advice: advice = "Check the network, `--endpoint` and `--region`, and run again."} = said;
      throw new Stopped(`${operation} had no answer that could be understood: ${why}.`, advice);
    }
    const {code: code, status: status} = said;
    const advice = adviceOnCode(code, status, {
      routine: routine,
      env: env,
      region: region,
      operation: operation
    });
    throw new Stopped(`${operation} was refused: ${code} (HTTP ${status})${sentence(said.message)}`, advice);
  }
  function sentence(message) {
    const text = message.replace(/\s+/g, " ").trim();
    const short = [ ...text ].length > LONGEST_MESSAGE ? `${[ ...text ].slice(0, LONGEST_MESSAGE).join("")}…` : text;
    return short === "" ? "." : `: ${short.replace(/\.$/, "")}.`;
  }
  const LONGEST_MESSAGE = 300;
  const edge_TIMEOUT = 1e4;
  const PASSING = new Set([ "age", "connection", "date", "expires", "keep-alive", "set-cookie" ]);
  const COMPARED = 65536;
  function openEdge({url: url, connectTo: connectTo}, interrupted) {
    const isPlain = url.protocol === "http:";
    const kept = isPlain ? new external_node_http_namespaceObject.Agent({
      keepAlive: !0,
      maxSockets: 1
    }) : new external_node_https_namespaceObject.Agent({
      keepAlive: !0,
      maxSockets: 1
    });
    let [requests, connections] = [ 0, 0 ];
    let nodes = connectTo;
    const ask = how => new Promise(done => {
      requests += 1;
      const node = how === "alone" ? nodes[requests % Math.max(1, nodes.length)] : nodes[0];
      const lost = error => {
        nodes.length > 1 && (nodes = nodes.filter(one => one !== node));
        done({
          kind: "lost",
          why: whyLost(error)
        });
      };
      const options = {
        host: node ?? url.hostname,
        port: url.port || (isPlain ? 80 : 443),
        path: `${url.pathname}${url.search}`,
        servername: url.hostname,
        headers: {
          host: url.host,
          "user-agent": "esa-canary-deploy contract check",
          "cache-control": "no-cache"
        },
        agent: how !== "alone" && kept,
        signal: AbortSignal.any([ AbortSignal.timeout(edge_TIMEOUT), interrupted ])
      };
      const outgoing = (isPlain ? external_node_http_namespaceObject.request : external_node_https_namespaceObject.request)(options, response => {
        how === "alone" || outgoing.reusedSocket || (connections += 1);
        const hash = (0, external_node_crypto_namespaceObject.createHash)("sha256");
        let left = COMPARED;
        response.on("data", chunk => {
          hash.update(chunk.subarray(0, left));
          left -= Math.min(left, chunk.length);
        });
        response.once("error", lost);
        response.once("end", () => {
          const {statusCode: status = 0, headers: headers} = response;
          const named = Object.entries(headers).filter(([name]) => !PASSING.has(name)).map(([name, value]) => [ `header ${name}`, String(value) ]);
          const marks = new Map([ ...named, [ "status", String(status) ], [ "body", hash.digest("hex") ] ]);
          done({
            kind: "answered",
            status: status,
            marks: marks
          });
        });
      });
      outgoing.once("error", lost);
      outgoing.end();
    });
    return {
      ask: ask,
      requests: () => requests,
      connections: () => connections,
      close: () => kept.destroy()
    };
  }
  function whyLost(error) {
    if (error.name === "AbortError") return `no answer within ${edge_TIMEOUT / 1e3} s`;
    return "code" in error ? String(error.code) : error.message;
  }
  function commonMarks(answers) {
    const [first, ...others] = answers.map(one => one.kind === "answered" ? one.marks : new Map);
    const common = [ ...first ?? new Map ].filter(([name, value]) => others.every(other => other.get(name) === value));
    return new Map(common);
  }
  function markBetween(a, b) {
    const ofB = commonMarks(b);
    const marks = [ ...commonMarks(a) ].flatMap(([name, value]) => {
      const other = ofB.get(name);
      return other === void 0 || other === value ? [] : [ {
        name: name,
        a: value,
        b: other
      } ];
    });
    return marks.find(({name: name}) => name === "body") ?? marks[0];
  }
  function servedBy(answer, {name: name, a: a, b: b}) {
    const value = answer.kind === "answered" ? answer.marks.get(name) : void 0;
    if (value === void 0) return;
    return value === a ? "a" : value === b ? "b" : void 0;
  }
  const defaultOpenQuirks = {
    deploymentIdDiffers: !1,
    numericDeployId: !1,
    deployIds: "nanoseconds",
    creationTime: "seconds",
    splitMembers: "heavier-lighter",
    percentZero: "refused",
    zeroShown: !0,
    versionTwice: "refused",
    unknownVersion: "refused",
    notAvailable: "refused",
    boundElsewhere: "accepted",
    redeploy: "accepted",
    parameterPlaces: "query-and-body",
    edgeDelay: 0,
    routing: "chance",
    versionHeader: !0,
    oldestFirst: !1,
    throttlingCode: "Throttling.User",
    logsWithoutVersion: !1
  };
  const defaultQuirks = {
    ...defaultOpenQuirks,
    lagReads: 0,
    numericDeploymentId: !1,
    numericCodeVersion: !1,
    omitDeploymentId: !1,
    percentageAsString: !1,
    versionOrder: "asked",
    neverDeployed: "no-code-deploy",
    omitCreateTimes: !1,
    omitStatus: !1,
    omitTotalCount: !1,
    publishFillsCodeDeploy: !0,
    dateHeader: "clock",
    requestsPerSecond: 0,
    codeVersionQuota: 20,
    commitTakesExtraInfo: !1,
    buildTime: 0,
    failBuilds: !1
  };
  const ASSUMED = {
    ...defaultQuirks,
    versionHeader: !1
  };
  const SECONDS = 1e4;
  function isAssumed(name, value) {
    if (name === "edgeDelay") return Number(value) <= SECONDS;
    if (name === "requestsPerSecond" || name === "zeroShown") return !0;
    if (name === "throttlingCode") return /Throttling|TooManyRequests/.test(String(value));
    if (typeof value === "object" && value !== null && "code" in value) return ASSUMED[name] === "refused" && value.code === "InvalidParameter";
    return ASSUMED[name] === value;
  }
  function told(fact, seen, quirks) {
    const entries = Object.entries(quirks);
    const kind = entries.every(([name, value]) => isAssumed(name, value)) ? "as assumed" : "otherwise";
    return {
      fact: fact,
      kind: kind,
      seen: seen,
      quirks: quirks
    };
  }
  function strange(fact, seen) {
    return {
      fact: fact,
      kind: "otherwise",
      seen: seen,
      quirks: {}
    };
  }
  function finding_unknown(fact, why) {
    return {
      fact: fact,
      kind: "could not be told",
      why: why
    };
  }
  function textOfFinding(finding) {
    return finding.kind === "could not be told" ? finding.why : finding.seen;
  }
  const LOOKS = 4;
  const PAUSE = 2e3;
  async function look(target) {
    const {api: api, clock: clock, routine: routine, env: env} = target;
    for (let again = LOOKS - 1; ;again -= 1) {
      const said = await api.ask("GetRoutine", {
        body: {
          Name: routine
        }
      });
      const shown = said.kind === "answer" ? shownIn(said.json, env) : void 0;
      if (said.kind === "answer" && shown !== void 0) return {
        ...shown,
        said: said
      };
      const mayPass = said.kind !== "refused" || said.code.startsWith("Internal");
      if (again === 0 || !mayPass) {
        answerOf(said, "GetRoutine", target);
        throw new Stopped(`GetRoutine has no form that is known, so nobody can tell what is live in ${env}.`, `Check that \`--endpoint\` is one of ESA. Its members: ${formsIn(said)}. Please report that.`);
      }
      await clock.sleep(PAUSE);
    }
  }
  function formsIn(said) {
    const names = said.kind === "answer" ? Object.keys(said.json) : [];
    const known = names.filter(name => /^[A-Za-z]{1,40}$/.test(name)).slice(0, 20);
    return known.length === 0 ? "none" : known.join(", ");
  }
  function keepTried(saved, save, split) {
    const key = keyOf(split);
    const tried = saved.tried.includes(key) ? saved.tried : [ ...saved.tried, key ];
    const open = [ ...saved.open, {
      key: key,
      id: ""
    } ];
    save({
      ...saved,
      tried: tried,
      open: open
    });
    saved.tried = tried;
    saved.open = open;
  }
  const FRESH = 2e3;
  function deployer(target, saved, save) {
    const {api: api, clock: clock, watched: watched, routine: routine, env: env} = target;
    return async split => {
      (watched.calls !== api.calls() || clock.now() - watched.at > FRESH) && await watch(target, saved);
      keepTried(saved, save, split);
      const parameters = {
        body: splitParameters(routine, env, split)
      };
      const said = await api.ask("CreateRoutineCodeDeployment", parameters, () => watch(target, saved));
      keepAnswer(saved, said);
      save(saved);
      return said;
    };
  }
  function keepAnswer(saved, said) {
    const sent = saved.open.at(-1);
    if (sent === void 0 || said.kind !== "answer") return;
    const others = saved.open.slice(0, -1);
    const id = textOf(memberOf(said.json, "DeploymentId")) ?? "";
    if (id === "") return;
    saved.own.push(id);
    saved.open = saved.sameIds ? others : [ ...others, {
      ...sent,
      id: id
    } ];
  }
  function splitParameters(routine, env, split) {
    const CodeVersions = split.map(({version: version, weight: weight}) => ({
      CodeVersion: version,
      Percentage: weight
    }));
    return {
      Name: routine,
      Env: env,
      Strategy: "percentage",
      CodeVersions: JSON.stringify(CodeVersions)
    };
  }
  const LONGEST_LAG = 3e4;
  async function settle(target, saved, split, longest = LONGEST_LAG) {
    const since = target.clock.now();
    for (let staleReads = 0; ;staleReads += 1) {
      const seen = await watch(target, saved);
      const took = target.clock.now() - since;
      if (keyOf(seen.split) === keyOf(split)) return {
        look: seen,
        staleReads: staleReads,
        took: took
      };
      if (took >= longest) return;
    }
  }
  async function watch(target, saved) {
    const seen = await look(target);
    saved.foreign === "" && isForeign(seen, saved) && (saved.foreign = splitText(seen.split));
    if (saved.foreign !== "") throw new Stopped(`Somebody else has deployed to ${target.env} meanwhile: ${saved.foreign}.`, "Nothing more is written. Run it again while nobody else deploys.");
    recognise(seen, saved);
    Object.assign(target.watched, {
      at: target.clock.now(),
      calls: target.api.calls()
    });
    return seen;
  }
  function isForeign({deployId: deployId, split: split}, {own: own, tried: tried, open: open, original: original, originalId: originalId}) {
    const key = keyOf(split);
    if (split.length === 0 || deployId === originalId && key === keyOf(original)) return !1;
    if (deployId === "") return !tried.includes(key);
    return !own.includes(deployId) && !open.some(one => one.key === key);
  }
  function recognise({deployId: deployId, split: split}, saved) {
    const {own: own, open: open, originalId: originalId} = saved;
    if (deployId === "" || deployId === originalId) return;
    if (open.some(({id: id}) => id === deployId)) {
      saved.sameIds = !0;
      saved.open = open.filter(({id: id}) => id === "");
    } else if (!own.includes(deployId)) {
      const first = open.findIndex(({key: key}) => key === keyOf(split));
      saved.open = open.filter((_, index) => index !== first);
      own.push(deployId);
    }
  }
  function splitText(split) {
    return split.length === 0 ? "nothing" : split.map(({version: version, weight: weight}) => `${version} at ${weight} %`).join(", ");
  }
  const publish = {
    title: "What PublishRoutineCodeVersion does to CodeDeploy",
    facts: [ "publish" ],
    writes: !0,
    cost: {
      writes: 2,
      reads: 12,
      probes: 0
    },
    leftOut: ({publish: asked}) => asked ? void 0 : "only with --publish",
    run: async bench => [ await published(bench) ]
  };
  async function published({target: target, deploy: deploy, keepTried: keepTried, settle: settle, saved: saved, known: known, a: a, b: b}) {
    const fact = "publish";
    const split = [ {
      version: a,
      weight: 60
    }, {
      version: b,
      weight: 40
    } ];
    const before = (await deploy(split)).kind === "answer" ? await settle(split) : void 0;
    if (before === void 0) return finding_unknown(fact, "the split before it was not accepted, or did not show");
    keepTried([ {
      version: b,
      weight: 100
    } ]);
    const {api: api, routine: routine, env: env} = target;
    const said = await api.ask("PublishRoutineCodeVersion", {
      body: {
        Name: routine,
        Env: env,
        CodeVersion: b
      }
    });
    if (said.kind === "lost") return finding_unknown(fact, "the answer was lost");
    if (said.kind === "refused") return strange(fact, `refused as ${said.code} (HTTP ${said.status}): ${said.message}`);
    for (let reads = 2 * known.staleReads + 4; reads > 0; reads -= 1) {
      const seen = await watch(target, saved);
      if (memberOf(seen.entry, "CodeDeploy") === void 0) {
        const shown = textOf(memberOf(seen.entry, "CodeVersion"));
        const which = shown === void 0 ? "absent too" : shown === b ? "that version" : "another version";
        return told(fact, `no \`CodeDeploy\`; CodeVersion is ${which}`, {
          publishFillsCodeDeploy: !1
        });
      }
      if (keyOf(seen.split) === keyOf(split) && seen.deployId === before.look.deployId) continue;
      return keyOf(seen.split) === `${b}=100` ? told(fact, "a `CodeDeploy` with that version at 100 %", {
        publishFillsCodeDeploy: !0
      }) : strange(fact, "a `CodeDeploy` with another split");
    }
    return strange(fact, "`CodeDeploy` stays as it was");
  }
  const PER_SECOND = 20;
  const asked_for_SECONDS = 5;
  const rate = {
    title: "How too many requests are refused",
    facts: [ "throttling" ],
    writes: !1,
    cost: {
      writes: 0,
      reads: PER_SECOND * asked_for_SECONDS + 10,
      probes: 0
    },
    leftOut: ({rate: asked}) => asked ? void 0 : "only with --rate",
    run: async ({target: {api: api, clock: clock, routine: routine}}) => {
      const sent = [];
      for (let request = 0; request < PER_SECOND * asked_for_SECONDS; request += 1) {
        sent.push(api.askAtOnce("GetRoutine", {
          body: {
            Name: routine
          }
        }));
        await clock.sleep(1e3 / PER_SECOND);
      }
      const answers = await Promise.all(sent);
      await clock.sleep(asked_for_SECONDS * 1e3);
      await api.ask("GetRoutine", {
        body: {
          Name: routine
        }
      });
      return [ throttling(answers) ];
    }
  };
  function throttling(answers) {
    const fact = "throttling";
    const taken = answers.filter(({kind: kind}) => kind === "answer").length;
    const refused = answers.filter(said => said.kind === "refused");
    const [first] = refused;
    const lost = answers.length - taken - refused.length;
    if (lost > answers.length / 2) return finding_unknown(fact, `${lost} of ${answers.length} answers were lost`);
    if (first === void 0) return told(fact, `none of ${answers.length} requests at ${PER_SECOND} a second was refused`, {
      requestsPerSecond: 0
    });
    const codes = [ ...new Set(refused.map(({code: code, status: status}) => `${code} (HTTP ${status})`)) ].join(", ");
    const after = first.retryAfter === void 0 ? "without `x-acs-retry-after`" : `with \`x-acs-retry-after\` ${first.retryAfter}`;
    const seen = `${taken} of ${answers.length} at ${PER_SECOND} a second were taken, the others refused as ${codes}, ${after}`;
    const requestsPerSecond = Math.round(taken / (asked_for_SECONDS + 1) * 10) / 10;
    if (!isBusy(first)) return {
      fact: fact,
      kind: "otherwise",
      seen: seen,
      quirks: {
        requestsPerSecond: requestsPerSecond,
        throttlingCode: first.code
      }
    };
    return told(fact, seen, {
      requestsPerSecond: requestsPerSecond,
      throttlingCode: first.code
    });
  }
  const asked_for_FIELDS = [ "RoutineName", "CodeVersion", "ErrorCode", "ResponseStatus" ];
  const WAITS = 8;
  const asked_for_PAUSE = 15e3;
  const logs = {
    title: "What the logs hold",
    facts: [ "logs" ],
    writes: !1,
    cost: {
      writes: 0,
      reads: WAITS,
      probes: 0
    },
    leftOut: ({logs: asked}) => asked === void 0 ? "only with --logs" : void 0,
    run: async ({readLogs: readLogs, pace: pace, target: {clock: clock}}) => {
      let rows = [];
      for (let wait = 0; wait < WAITS; wait += 1) {
        await pace();
        rows = await readLogs();
        if (typeof rows === "string" || rows.length > 0) break;
        await clock.sleep(asked_for_PAUSE);
      }
      return [ logged(rows) ];
    }
  };
  function logged(rows) {
    const fact = "logs";
    if (typeof rows === "string") return finding_unknown(fact, rows);
    if (rows.length === 0) return finding_unknown(fact, `no log of the routine within ${WAITS * asked_for_PAUSE / 1e3} s`);
    const missing = asked_for_FIELDS.filter(field => rows.every(row => memberOf(row, field) === void 0));
    const forms = asked_for_FIELDS.filter(field => !missing.includes(field)).map(field => `${field} ${formOf(memberOf(listOf(rows)[0], field))}`);
    if (missing.length === 0) return told(fact, forms.join(", "), {
      logsWithoutVersion: !1
    });
    const seen = `without ${missing.join(", ")}`;
    return String(missing) === "CodeVersion" ? told(fact, seen, {
      logsWithoutVersion: !0
    }) : strange(fact, seen);
  }
  const always = () => {};
  const FACTS = [ "version-header", "edge-delay" ];
  const IN_A_ROW = 10;
  const PATIENCE = 6e4;
  const MOST_PROBES = 140;
  const MOST_LOST = 5;
  const edge = {
    title: "What the edge serves, and since when",
    facts: FACTS,
    writes: !0,
    cost: {
      writes: 4,
      reads: 14,
      probes: 2 * IN_A_ROW + 3 * MOST_PROBES
    },
    leftOut: always,
    run: async bench => {
      const found = await marked(bench);
      if (typeof found !== "string") return found;
      bench.known.unmarked = found;
      return FACTS.map(fact => finding_unknown(fact, found));
    }
  };
  async function marked(bench) {
    const opened = await bench.edge();
    if (typeof opened === "string") return opened;
    const ofA = await servedAlone(bench, opened);
    if (typeof ofA === "string") return ofA;
    const first = await change(bench, opened, bench.b, answers => markBetween(ofA, answers) !== void 0);
    if (first === void 0) return "a write was not accepted";
    const mark = markBetween(ofA, first.answers.slice(-IN_A_ROW));
    if (mark === void 0) return alike(bench, ofA);
    const changes = [ {
      ...first,
      to: "b"
    } ];
    for (const to of [ "a", "b" ]) {
      const one = await change(bench, opened, bench[to], answers => answers.every(answer => servedBy(answer, mark) === to));
      one !== void 0 && changes.push({
        ...one,
        to: to
      });
    }
    const back = changes.find(({to: to}) => to === "a");
    if (back === void 0) return "a write was not accepted";
    if (!back.answers.some(answer => servedBy(answer, mark) === "a")) return `what answers does not change with the version for ${PATIENCE / 1e3} s: ${whereElse(bench)}`;
    bench.known.mark = mark;
    return [ versionHeader(bench, ofA, first.answers.slice(-IN_A_ROW)), delay(bench, mark, changes) ];
  }
  function whereElse({options: {url: url, env: env}}) {
    return url === void 0 ? `the edge may take longer, or the routine's own address does not serve ${env} here; --url names another` : `the edge may take longer, or --url is no address that this routine serves in ${env}`;
  }
  function alike(bench, ofA) {
    const statuses = new Set(ofA.map(answer => answer.kind === "answered" ? answer.status : 0));
    const seen = `both versions answer alike for ${PATIENCE / 1e3} s (HTTP ${[ ...statuses ].join(", ")})`;
    if (bench.options.upload) return `${seen}, and those that were uploaded do not: ${whereElse(bench)}`;
    return `${seen}: they may be no different, which --upload's are; or ${whereElse(bench)}`;
  }
  async function servedAlone({deploy: deploy, settle: settle, a: a, target: target, pace: pace, options: {url: url}}, {ask: ask}) {
    const split = [ {
      version: a,
      weight: 100
    } ];
    await deploy(split);
    if (await settle(split) === void 0) return "one version alone did not show";
    await target.clock.sleep(PATIENCE / 2);
    const answers = [];
    for (let probe = 0; probe < 2 * IN_A_ROW; probe += 1) {
      await pace();
      answers.push(await ask("alone"));
      if (answers.length === MOST_LOST && answers.every(({kind: kind}) => kind === "lost")) break;
    }
    const lost = answers.filter(answer => answer.kind === "lost");
    const [first] = lost;
    const advice = url === void 0 ? "--url names another address" : "check --url";
    if (first !== void 0 && lost.length > answers.length / 2) return `the edge could not be asked: ${first.why}; ${advice}`;
    const status = answers.find(answer => answer.kind === "answered")?.status ?? 0;
    if (status >= 300 && status < 400) return `the edge answered with a redirect, HTTP ${status}; ${advice}`;
    if (status === 401 || status === 403) return `the edge answered HTTP ${status}, so nobody may ask there; ${advice}`;
    return answers.filter(answer => answer.kind === "answered");
  }
  async function change({deploy: deploy, settle: settle, target: {clock: clock}, pace: pace}, {ask: ask}, version, isRight) {
    const split = [ {
      version: version,
      weight: 100
    } ];
    if ((await deploy(split)).kind !== "answer") return;
    const since = clock.now();
    const [answers, times] = [ [], [] ];
    while (answers.length < MOST_PROBES && clock.now() - since < PATIENCE) {
      await pace();
      times.push(clock.now() - since);
      answers.push(await ask("alone"));
      if (answers.length >= IN_A_ROW && isRight(answers.slice(-IN_A_ROW))) break;
    }
    await settle(split);
    return {
      answers: answers,
      times: times
    };
  }
  function versionHeader({a: a, b: b}, ofA, ofB) {
    const names = (answers, version) => answers.map(answer => answer.kind === "answered" ? [ ...answer.marks ].filter(([name, value]) => name.startsWith("header ") && value.includes(version)).map(([name]) => name) : []);
    const inAll = [ ...names(ofA, a), ...names(ofB, b) ].reduce((common, one) => common.filter(name => one.includes(name)));
    const [found] = inAll;
    return found === void 0 ? told("version-header", "none that holds the code version", {
      versionHeader: !1
    }) : told("version-header", `${found} holds the code version`, {
      versionHeader: !0
    });
  }
  function delay(bench, mark, changes) {
    const fact = "edge-delay";
    const times = changes.map(({answers: answers, times: asked, to: to}) => {
      const served = answers.map(answer => servedBy(answer, mark));
      const last = served.lastIndexOf(to === "a" ? "b" : "a");
      return served.at(-1) === to ? last === -1 ? 0 : asked[last + 1] ?? Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY;
    });
    const longest = Math.max(...times);
    if (!Number.isFinite(longest)) return strange(fact, `not all requests were served by the new version within ${PATIENCE / 1e3} s`);
    bench.known.edgeDelay = longest;
    const sorted = times.toSorted((one, other) => one - other);
    const text = sorted.map(time => time === 0 ? "at once" : `${(time / 1e3).toFixed(1)} s`).join(", ");
    return told(fact, `${text}; asked twice a second`, {
      edgeDelay: sorted[Math.floor(sorted.length / 2)] ?? longest
    });
  }
  function accepted(fact, said, quirk, seen = "accepted") {
    if (said.kind === "lost") return finding_unknown(fact, "the answer was lost");
    if (said.kind === "answer") return told(fact, seen, {
      [quirk]: "accepted"
    });
    const {code: code, status: status, message: message} = said;
    const reaction = {
      code: code,
      status: status,
      message: message
    };
    return told(fact, `refused as ${code} (HTTP ${status}): ${message}`, {
      [quirk]: reaction
    });
  }
  const LITTLE = 1;
  const reactions = {
    title: "What is refused, and how",
    facts: [ "percent-zero", "version-twice", "unknown-version", "not-available", "bound-elsewhere" ],
    writes: !0,
    cost: {
      writes: 7,
      reads: 12,
      probes: 0
    },
    leftOut: always,
    run: async bench => {
      const found = [ await percentZero(bench), await versionTwice(bench), await unknownVersion(bench) ];
      const {unfinished: unfinished, bound: bound} = candidates(bench);
      found.push(unfinished === void 0 ? finding_unknown("not-available", "the routine has no version that is not Available; --upload makes one") : await little(bench, "not-available", unfinished, "notAvailable"), bound === void 0 ? finding_unknown("bound-elsewhere", "the routine has no version that is bound to the other environment; --upload makes one") : await little(bench, "bound-elsewhere", bound, "boundElsewhere"));
      await backToOne(bench);
      return found;
    }
  };
  async function backToOne({deploy: deploy, settle: settle, a: a}) {
    const split = [ {
      version: a,
      weight: 100
    } ];
    (await deploy(split)).kind === "answer" && await settle(split);
  }
  async function percentZero(bench) {
    const {deploy: deploy, settle: settle, a: a, b: b} = bench;
    const fact = "percent-zero";
    const half = [ {
      version: a,
      weight: 50
    }, {
      version: b,
      weight: 50
    } ];
    await deploy(half);
    await settle(half);
    const split = [ {
      version: a,
      weight: 100
    }, {
      version: b,
      weight: 0
    } ];
    const said = await deploy(split);
    if (said.kind !== "answer") return accepted(fact, said, "percentZero");
    const settled = await settle(split);
    if (settled === void 0) return told(fact, "accepted, and not shown within 30 s", {
      percentZero: "accepted"
    });
    const zeroShown = settled.look.split.length > 1;
    return told(fact, "accepted; the one at 0 % is " + (zeroShown ? "shown" : "left out"), {
      percentZero: "accepted",
      zeroShown: zeroShown
    });
  }
  async function versionTwice({deploy: deploy, a: a}) {
    const said = await deploy([ {
      version: a,
      weight: 50
    }, {
      version: a,
      weight: 50
    } ]);
    return accepted("version-twice", said, "versionTwice");
  }
  const reactions_UNKNOWN = "1000000000000000001";
  async function unknownVersion(bench) {
    return little(bench, "unknown-version", reactions_UNKNOWN, "unknownVersion");
  }
  async function little({deploy: deploy, a: a}, fact, version, quirk) {
    const said = await deploy([ {
      version: a,
      weight: 100 - LITTLE
    }, {
      version: version,
      weight: LITTLE
    } ]);
    return accepted(fact, said, quirk);
  }
  function candidates({listed: listed, known: known, target: {env: env}}) {
    const versions = listOf(memberOf(listed.json, "CodeVersions")).map(one => ({
      version: textOf(memberOf(one, "CodeVersion")) ?? "",
      status: textOf(memberOf(one, "Status")) ?? "",
      boundTo: textOf(memberOf(one, "DeployEnv")) ?? ""
    }));
    const isAvailable = status => status.toLowerCase() === "available";
    return {
      unfinished: known.unfinished ?? versions.find(({status: status}) => status !== "" && !isAvailable(status))?.version,
      bound: known.bound ?? versions.find(({status: status, boundTo: boundTo}) => (status === "" || isAvailable(status)) && boundTo !== "" && boundTo !== env)?.version
    };
  }
  const reading = {
    title: "What is shown before anything is written",
    facts: [ "empty-environment", "code-version-type", "create-times", "version-status", "total-count", "list-order", "date-header", "query-and-body" ],
    writes: !1,
    cost: {
      writes: 0,
      reads: 2,
      probes: 0
    },
    leftOut: always,
    run: async bench => [ neverDeployed(bench.first.routine), codeVersionType(bench), ...listing(bench), dateHeader(bench), await queryAndBody(bench) ]
  };
  function neverDeployed(routine) {
    const fact = "empty-environment";
    const envs = memberOf(routine, "Envs");
    if (envs === void 0) return told(fact, "no `Envs` at all", {
      neverDeployed: "no-envs"
    });
    const entries = [ "staging", "production" ].map(env => listOf(envs).find(one => memberOf(one, "Env") === env));
    const forms = entries.filter(entry => !isDeployed(entry)).map(formOfUndeployed);
    const [form] = forms;
    if (form === void 0) return finding_unknown(fact, "both environments of this routine have been deployed to; a new routine would tell");
    if (form === "strange") return strange(fact, "an entry of a form that is not known");
    const seen = {
      "no-env": "no entry in `Envs`",
      "no-code-deploy": "an entry without `CodeDeploy`"
    };
    return told(fact, form === "no-code-versions" ? "`CodeDeploy` without `CodeVersions`" : seen[form], {
      neverDeployed: form
    });
  }
  function isDeployed(entry) {
    const version = textOf(memberOf(entry, "CodeVersion")) ?? "";
    return listOf(memberOf(entry, "CodeDeploy", "CodeVersions")).length > 0 || version !== "";
  }
  function formOfUndeployed(entry) {
    if (entry === void 0) return "no-env";
    const deploy = memberOf(entry, "CodeDeploy");
    if (deploy === void 0) return "no-code-deploy";
    return formOf(deploy) === "an object" && memberOf(deploy, "CodeVersions") === void 0 ? "no-code-versions" : "strange";
  }
  function shownVersions({first: first, listed: listed}) {
    const deployed = listOf(memberOf(first.entry, "CodeDeploy", "CodeVersions"));
    return [ ...deployed, ...listOf(memberOf(listed.json, "CodeVersions")) ];
  }
  function codeVersionType(bench) {
    const forms = new Set(shownVersions(bench).map(one => formOf(memberOf(one, "CodeVersion"))));
    const [form] = forms;
    if (forms.size === 1 && (form === "a string" || form === "a number")) return told("code-version-type", form, {
      numericCodeVersion: form === "a number"
    });
    return strange("code-version-type", [ ...forms ].toSorted().join(" and "));
  }
  function listing(bench) {
    const listed = listOf(memberOf(bench.listed.json, "CodeVersions"));
    const have = (versions, name) => new Set(versions.map(one => memberOf(one, name) !== void 0));
    const times = have(shownVersions(bench), "CreateTime");
    const statuses = have(listed, "Status");
    const words = new Set(listed.map(one => textOf(memberOf(one, "Status")) ?? "").filter(word => /^\w{1,20}$/.test(word)));
    const some = "of some only";
    return [ times.size === 1 ? told("create-times", times.has(!0) ? "present" : "absent", {
      omitCreateTimes: !times.has(!0)
    }) : strange("create-times", some), statuses.size === 1 ? told("version-status", [ ...words ].toSorted().join(", ") || "absent", {
      omitStatus: !statuses.has(!0)
    }) : strange("version-status", some), totalCount(memberOf(bench.listed.json, "TotalCount")), listOrder(listed) ];
  }
  function totalCount(total) {
    if (total === void 0) return told("total-count", "absent", {
      omitTotalCount: !0
    });
    return /^[0-9]{1,9}$/.test(textOf(total) ?? "") ? told("total-count", formOf(total), {
      omitTotalCount: !1
    }) : strange("total-count", formOf(total));
  }
  function listOrder(listed) {
    const fact = "list-order";
    const times = listed.map(one => Date.parse(textOf(memberOf(one, "CreateTime")) ?? ""));
    const keys = times.some(Number.isNaN) ? listed.map(one => Number(textOf(memberOf(one, "CodeVersion")))) : times;
    const steps = keys.slice(1).map((key, index) => Math.sign(key - (keys[index] ?? Number.NaN)));
    const [rises, falls] = [ steps.includes(1), steps.includes(-1) ];
    if (rises === falls) return rises ? strange(fact, "neither by age nor against it") : finding_unknown(fact, "too few versions are listed");
    return told(fact, falls ? "the newest first" : "the oldest first", {
      oldestFirst: rises
    });
  }
  function dateHeader({first: {said: said}}) {
    if (said.date === void 0) return told("date-header", "absent, or no date", {
      dateHeader: "none"
    });
    const ahead = Math.round((said.date - said.at) / 1e3);
    const where = Math.abs(ahead) <= 1 ? "the same time as ours" : `${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} ours`;
    return told("date-header", `present, ${where}`, {
      dateHeader: "clock"
    });
  }
  async function queryAndBody({target: {api: api, routine: routine}}) {
    const fact = "query-and-body";
    const byQuery = await api.ask("GetRoutine", {
      query: {
        Name: routine
      }
    });
    if (byQuery.kind === "lost") return finding_unknown(fact, "the answer was lost");
    if (byQuery.kind === "refused") {
      const isMissing = /^Missing|^InvalidParameter|^ParameterNotExist|^RoutineNotExist/.test(byQuery.code);
      if (!isMissing) return finding_unknown(fact, `refused as ${byQuery.code}`);
      return told(fact, `the body alone; a query is refused as ${byQuery.code}`, {
        parameterPlaces: "body"
      });
    }
    const mixed = await api.ask("ListRoutineCodeVersions", {
      query: {
        Name: routine
      },
      body: {
        PageSize: "1",
        PageNumber: "1"
      }
    });
    if (mixed.kind === "lost") return finding_unknown(fact, "the answer was lost");
    if (mixed.kind === "refused") return strange(fact, `each alone; both in one request are refused as ${mixed.code}`);
    const isOne = listOf(memberOf(mixed.json, "CodeVersions")).length <= 1;
    return isOne ? told(fact, "both, also in one request", {
      parameterPlaces: "query-and-body"
    }) : strange(fact, "each alone; of both in one request the query counts");
  }
  const FAR = 4;
  const FEWEST = 50;
  function patternOf(sequence) {
    const size = sequence.length;
    if (size < FEWEST) return "too few answers";
    const a = sequence.filter(one => one === "a").length;
    const b = size - a;
    if (a === 0 || b === 0) return "always the same";
    const expected = 1 + 2 * a * b / size;
    const variance = (expected - 1) * (expected - 2) / (size - 1);
    const runs = 1 + sequence.filter((one, index) => index > 0 && one !== sequence[index - 1]).length;
    const far = (runs - expected) / Math.sqrt(Math.max(variance, Number.EPSILON));
    if (far > FAR) return "in turn";
    if (far < -FAR) return "in long runs";
    return Math.abs(a - size / 2) > FAR * Math.sqrt(size) / 2 ? "not by the weights" : "by chance";
  }
  const REQUESTS = 200;
  const routing = {
    title: "How a version is chosen for a request",
    facts: [ "routing" ],
    writes: !0,
    cost: {
      writes: 1,
      reads: 4,
      probes: 2 * REQUESTS
    },
    leftOut: always,
    run: async bench => {
      const fact = "routing";
      const opened = await bench.edge();
      if (typeof opened === "string") return [ finding_unknown(fact, opened) ];
      const {mark: mark, unmarked: unmarked} = bench.known;
      if (mark === void 0) return [ finding_unknown(fact, unmarked) ];
      const split = [ {
        version: bench.a,
        weight: 50
      }, {
        version: bench.b,
        weight: 50
      } ];
      const said = await bench.deploy(split);
      if (said.kind !== "answer" || await bench.settle(split) === void 0) return [ finding_unknown(fact, "a split was not accepted, or did not show") ];
      await bench.target.clock.sleep(2 * bench.known.edgeDelay + 5e3);
      const before = opened.connections();
      const one = await served(bench, opened, mark, "same connection");
      const connections = opened.connections() - before;
      const many = await served(bench, opened, mark, "alone");
      return [ judged(patternOf(one), patternOf(many), [ one, many ], connections) ];
    }
  };
  async function served({pace: pace}, {ask: ask}, mark, how) {
    const found = [];
    for (let request = 0; request < REQUESTS; request += 1) {
      await pace();
      const by = servedBy(await ask(how), mark);
      by !== void 0 && found.push(by);
    }
    return found;
  }
  function judged(one, many, [first, other], connections) {
    const fact = "routing";
    if (one === "too few answers" || many === "too few answers") return finding_unknown(fact, "too few requests were answered");
    const shares = [ first, other ].map(all => `${all.filter(by => by === "a").length} of ${all.length}`);
    const over = connections <= 1 ? "over one connection" : `over ${connections} connections in a row`;
    const seen = `${over} ${one} (${shares[0]} by the first version), over a new one for each request ${many} (${shares[1]})`;
    const rule = RULES.find(each => each.one === one && (each.many === void 0 || each.many === many));
    return rule === void 0 ? strange(fact, seen) : told(fact, seen, {
      routing: rule.quirk
    });
  }
  const RULES = [ {
    one: "by chance",
    many: "by chance",
    quirk: "chance"
  }, {
    one: "always the same",
    many: "by chance",
    quirk: "per-connection"
  }, {
    one: "always the same",
    many: "always the same",
    quirk: "per-client"
  }, {
    one: "in turn",
    many: "in turn",
    quirk: "in-turn"
  } ];
  const NEAR = 3e5;
  const CHINA = 288e5;
  const DAY_AND_TIME = "\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}";
  const FORMS = [ {
    pattern: new RegExp(`^${DAY_AND_TIME}Z$`),
    seen: "UTC, whole seconds",
    quirk: "seconds"
  }, {
    pattern: new RegExp(`^${DAY_AND_TIME}\\.\\d+Z$`),
    seen: "UTC, parts of seconds",
    quirk: "milliseconds"
  }, {
    pattern: new RegExp(`^${DAY_AND_TIME}(?:\\.\\d+)?[+-]\\d{2}:?\\d{2}$`),
    seen: "with an offset",
    quirk: "offset"
  }, {
    pattern: new RegExp(`^${DAY_AND_TIME}(?:\\.\\d+)?$`),
    seen: "without a zone",
    quirk: "zoneless"
  } ];
  function creationTime({entry: entry, said: said}, at) {
    const fact = "creation-time";
    const text = textOf(memberOf(entry, "CodeDeploy", "CreationTime")) ?? "";
    if (text === "") return told(fact, "absent", {
      creationTime: "none"
    });
    const form = FORMS.find(({pattern: pattern}) => pattern.test(text));
    if (form === void 0) return strange(fact, "a form that is not known");
    const off = instantsOf(text).map(instant => Math.abs(instant - (said.date ?? at)));
    if (Math.min(...off) > NEAR) return strange(fact, `${form.seen}, and off by more than 5 minutes`);
    const zone = form.quirk === "zoneless" ? ", " + ((off[0] ?? 0) <= NEAR ? "as UTC" : "as in China") : "";
    return told(fact, `${form.seen}${zone}`, {
      creationTime: form.quirk
    });
  }
  function instantsOf(text) {
    const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
    if (hasZone) return [ Date.parse(text) ];
    const utc = Date.parse(`${text.replace(" ", "T")}Z`);
    return [ utc, utc - CHINA ];
  }
  function deployIdTime({entry: entry, deployId: deployId}, at) {
    const fact = "deploy-id-time";
    if (!/^\d{1,32}$/.test(deployId)) return strange(fact, "no number at all");
    const text = textOf(memberOf(entry, "CodeDeploy", "CreationTime")) ?? "";
    const created = instantsOf(text).filter(instant => !Number.isNaN(instant));
    const milliseconds = Number(BigInt(deployId) / 1000000n);
    const isExact = created.some(instant => Math.abs(instant - milliseconds) < 2e3);
    if (isExact) return told(fact, "the nanoseconds of CreationTime", {
      deployIds: "nanoseconds"
    });
    if (Math.abs(milliseconds - at) < NEAR) return told(fact, "nanoseconds of about that time", {
      deployIds: "nanoseconds"
    });
    return told(fact, `no time; ${deployId.length} digits`, {
      deployIds: "counted"
    });
  }
  const splits_FACTS = [ "deployment-id-type", "deployment-id-equality", "deploy-id-type", "deploy-id-time", "creation-time", "percentage-type", "version-order", "split-members" ];
  const splits = {
    title: "What a split looks like",
    facts: splits_FACTS,
    writes: !0,
    cost: {
      writes: 4,
      reads: 16,
      probes: 0
    },
    leftOut: always,
    run: async bench => {
      const made = [];
      for (const split of splitsOf(bench)) {
        const said = await bench.deploy(split);
        if (said.kind === "lost") return splits_FACTS.map(fact => finding_unknown(fact, "the answer to a write was lost"));
        if (said.kind === "refused") return splits_FACTS.map(fact => finding_unknown(fact, `a split was refused as ${said.code}`));
        const settled = await bench.settle(split);
        if (settled === void 0) return splits_FACTS.map(fact => finding_unknown(fact, "a split did not show within 30 s"));
        made.push({
          split: split,
          answer: said.json,
          at: said.at,
          look: settled.look
        });
      }
      return findings(made, bench);
    }
  };
  function splitsOf({a: a, b: b}) {
    const share = (version, weight) => ({
      version: version,
      weight: weight
    });
    return [ [ share(a, 10), share(b, 90) ], [ share(a, 90), share(b, 10) ], [ share(b, 90), share(a, 10) ], [ share(b, 10), share(a, 90) ] ];
  }
  function findings(made, bench) {
    const last = made.at(-1);
    if (last === void 0) return [];
    return [ ...deploymentIds(made), deployIdType(made), deployIdTime(last.look, last.at), creationTime(last.look, last.at), percentageType(made), versionOrder(made, bench), splitMembers(made, bench) ];
  }
  function deploymentIds(made) {
    const [type, equality] = [ "deployment-id-type", "deployment-id-equality" ];
    const forms = new Set(made.map(({answer: answer}) => formOf(memberOf(answer, "DeploymentId"))));
    const [form = ""] = forms;
    if (forms.size !== 1 || ![ "a string", "a number", "absent" ].includes(form)) {
      const seen = [ ...forms ].toSorted().join(" and ");
      return [ strange(type, seen), finding_unknown(equality, `DeploymentId is ${seen}`) ];
    }
    const quirks = {
      numericDeploymentId: form === "a number",
      omitDeploymentId: form === "absent"
    };
    if (form === "absent") return [ told(type, form, {
      omitDeploymentId: !0
    }), finding_unknown(equality, "there is no DeploymentId") ];
    const equal = made.filter(({answer: answer, look: look}) => textOf(memberOf(answer, "DeploymentId")) === look.deployId).length;
    return [ told(type, form, quirks), equal === 0 || equal === made.length ? told(equality, equal === 0 ? "another id" : "the same id", {
      deploymentIdDiffers: equal === 0
    }) : strange(equality, `the same id in ${equal} of ${made.length} deployments`) ];
  }
  function deployIdType(made) {
    const forms = new Set(made.map(({look: look}) => formOf(memberOf(look.entry, "CodeDeploy", "DeployId"))));
    const [form = ""] = forms;
    return forms.size !== 1 || form !== "a string" && form !== "a number" ? strange("deploy-id-type", [ ...forms ].toSorted().join(" and ")) : told("deploy-id-type", form, {
      numericDeployId: form === "a number"
    });
  }
  function percentageType(made) {
    const shares = made.flatMap(({look: look}) => memberOf(look.entry, "CodeDeploy", "CodeVersions"));
    const forms = new Set(shares.map(share => formOf(memberOf(share, "Percentage"))));
    const [form = ""] = forms;
    return forms.size !== 1 || form !== "a string" && form !== "a number" ? strange("percentage-type", [ ...forms ].toSorted().join(" and ")) : told("percentage-type", form, {
      percentageAsString: form === "a string"
    });
  }
  function versionOrder(made, {a: a}) {
    const fact = "version-order";
    const asked = made.map(({split: split}) => split[0]?.version === a);
    const shown = made.map(({look: look}) => look.split[0]?.version === a);
    const heavier = made.map(({split: split}) => split.find(({weight: weight}) => weight > 50)?.version === a);
    const orders = {
      asked: asked,
      reversed: asked.map(one => !one),
      "heavier-first": heavier,
      "lighter-first": heavier.map(one => !one),
      "older-first": made.map(() => !0),
      "newer-first": made.map(() => !1)
    };
    const order = Object.keys(orders).find(name => String(orders[name]) === String(shown));
    return order === void 0 ? strange(fact, "no order that is known") : told(fact, ORDERS[order], {
      versionOrder: order
    });
  }
  const ORDERS = {
    asked: "as they were sent",
    reversed: "the other way round than they were sent",
    "heavier-first": "the one with more requests first",
    "lighter-first": "the one with fewer requests first",
    "older-first": "the older first",
    "newer-first": "the newer first"
  };
  function splitMembers(made, {a: a, b: b}) {
    const fact = "split-members";
    const shown = made.map(({look: look}) => [ textOf(memberOf(look.entry, "CodeVersion")), textOf(memberOf(look.entry, "CanaryCodeVersion")) ]);
    const pairs = made.map(({split: [one, other]}) => {
      const [first, last] = [ one?.version ?? "", other?.version ?? "" ];
      const heavier = (one?.weight ?? 0) > 50 ? first : last;
      return {
        first: first,
        last: last,
        heavier: heavier,
        lighter: heavier === a ? b : a
      };
    });
    const members = {
      "heavier-lighter": pairs.map(({heavier: heavier, lighter: lighter}) => [ heavier, lighter ]),
      "lighter-heavier": pairs.map(({heavier: heavier, lighter: lighter}) => [ lighter, heavier ]),
      "heavier-heavier": pairs.map(({heavier: heavier}) => [ heavier, heavier ]),
      "first-last": pairs.map(({first: first, last: last}) => [ first, last ]),
      "last-first": pairs.map(({first: first, last: last}) => [ last, first ]),
      none: pairs.map(() => [ void 0, void 0 ])
    };
    const found = Object.keys(members).find(name => String(members[name]) === String(shown));
    return found === void 0 ? strange(fact, "no rule that is known") : told(fact, MEMBERS[found], {
      splitMembers: found
    });
  }
  const MEMBERS = {
    "heavier-lighter": "the version with more requests, and the one with fewer",
    "lighter-heavier": "the version with fewer requests, and the one with more",
    "heavier-heavier": "the version with more requests, twice",
    "first-last": "the version that was sent first, and the one that was sent last",
    "last-first": "the version that was sent last, and the one that was sent first",
    none: "absent"
  };
  const PACE = {
    most: 2,
    within: 1e3
  };
  function sharedPace({most: most, within: within} = PACE) {
    let begun = [];
    return ({now: now, sleep: sleep}) => async () => {
      for (;;) {
        const at = now();
        begun = begun.filter(one => at - one < within);
        const [first] = begun;
        if (begun.length < most || first === void 0) break;
        await sleep(Math.max(1, within - (at - first)));
      }
      begun = [ ...begun, now() ];
    };
  }
  const writes_WRITES = 20;
  const readAfterWrite = {
    title: "How late a write shows",
    facts: [ "read-after-write" ],
    writes: !0,
    cost: {
      writes: writes_WRITES,
      reads: writes_WRITES * 3,
      probes: 0
    },
    leftOut: always,
    run: async bench => {
      const fact = "read-after-write";
      const shown = [];
      for (let write = 0; write < writes_WRITES; write += 1) {
        const split = nearlyHalves(bench, write);
        await bench.target.clock.sleep(PACE.within);
        const said = await bench.deploy(split);
        if (said.kind !== "answer") continue;
        const settled = await bench.settle(split);
        if (settled === void 0) return [ strange(fact, "a write did not show within 30 s") ];
        shown.push(settled);
      }
      if (shown.length < writes_WRITES / 2) return [ finding_unknown(fact, `only ${shown.length} of ${writes_WRITES} writes were answered`) ];
      bench.known.staleReads = Math.max(...shown.map(({staleReads: staleReads}) => staleReads));
      return [ told(fact, distribution(shown), {
        lagReads: bench.known.staleReads
      }) ];
    }
  };
  function nearlyHalves({a: a, b: b}, count) {
    const weight = 50 + count % 2;
    return [ {
      version: a,
      weight: weight
    }, {
      version: b,
      weight: 100 - weight
    } ];
  }
  function distribution(shown) {
    const counts = new Map;
    for (const {staleReads: staleReads} of shown) counts.set(staleReads, (counts.get(staleReads) ?? 0) + 1);
    const stale = [ ...counts ].toSorted(([one], [other]) => one - other).map(([reads, count]) => `${reads} in ${count} writes`);
    const times = shown.map(({took: took}) => took).toSorted((one, other) => one - other);
    const at = share => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    return `reads that were too old: ${stale.join(", ")}; shown after ${at(.5)} ms in half of them, ${at(.9)} ms in 9 of 10, ${at(1)} ms at most`;
  }
  const redeploy = {
    title: "What is live, deployed again",
    facts: [ "redeploy" ],
    writes: !0,
    cost: {
      writes: 2,
      reads: 12,
      probes: 0
    },
    leftOut: always,
    run: async bench => [ await again(bench) ]
  };
  async function again(bench) {
    const fact = "redeploy";
    const split = nearlyHalves(bench, 0);
    const before = (await bench.deploy(split)).kind === "answer" ? await bench.settle(split) : void 0;
    if (before === void 0) return finding_unknown(fact, "there was nothing to deploy again");
    const said = await bench.deploy(split);
    if (said.kind !== "answer") return accepted(fact, said, "redeploy");
    for (let reads = 2 * bench.known.staleReads + 4; reads > 0; reads -= 1) {
      const {deployId: deployId} = await watch(bench.target, bench.saved);
      if (deployId === before.look.deployId) continue;
      return told(fact, "accepted, with a DeployId of its own", {
        redeploy: "accepted"
      });
    }
    return told(fact, "accepted, and the DeployId stays", {
      redeploy: "same-deployment"
    });
  }
  const CHECKS = [ reading, splits, readAfterWrite, redeploy, reactions, edge, routing, publish, rate, logs ];
  function newMarker() {
    return `contract check ${(0, external_node_crypto_namespaceObject.randomUUID)()}`;
  }
  const UPLOAD_CALLS = {
    calls: 9,
    posts: 3
  };
  async function uploadAll(target, marker) {
    const other = target.env === "staging" ? "production" : "staging";
    const a = await upload(target, "a", marker);
    const b = await upload(target, "b", marker);
    const bound = await upload(target, "c", marker, other).catch(() => {});
    const unfinished = await upload_begin(target.api, target.routine, marker);
    await untilAvailable(target, [ a, b ]);
    return {
      a: a,
      b: b,
      bound: bound,
      unfinished: unfinished
    };
  }
  const LONGEST_BUILD = 6e4;
  async function untilAvailable({api: api, clock: clock, routine: routine}, versions) {
    const since = clock.now();
    while (clock.now() - since < LONGEST_BUILD) {
      const body = {
        Name: routine,
        PageNumber: "1",
        PageSize: "20"
      };
      const said = await api.ask("ListRoutineCodeVersions", {
        body: body
      });
      const building = (said.kind === "answer" ? listOf(memberOf(said.json, "CodeVersions")) : []).filter(one => versions.includes(textOf(memberOf(one, "CodeVersion")) ?? "") && /^init$/i.test(textOf(memberOf(one, "Status")) ?? ""));
      if (said.kind === "answer" && building.length === 0) return;
    }
  }
  const codeOf = name => `export default { fetch: () => new Response('contract check ${name}', { headers: { 'x-contract-check': '${name}' } }) };\n`;
  async function upload(target, name, marker, deployEnv) {
    const {api: api, routine: routine} = target;
    const description = {
      Name: routine,
      CodeDescription: marker
    };
    const given = answerOf(await api.ask("GetRoutineStagingCodeUploadInfo", {
      body: description
    }), "GetRoutineStagingCodeUploadInfo", target);
    await target.pace();
    await post(memberOf(given, "OssPostConfig"), codeOf(name), target.hurry);
    const body = {
      ...description,
      ...deployEnv !== void 0 && {
        DeployEnv: deployEnv
      }
    };
    const committed = answerOf(await api.ask("CommitRoutineStagingCode", {
      body: body
    }), "CommitRoutineStagingCode", target);
    const version = textOf(memberOf(committed, "CodeVersion")) ?? "";
    if (isVersion(version)) return version;
    throw new Stopped("CommitRoutineStagingCode named no code version.", "Run it again with `--versions A,B` in place of `--upload`.");
  }
  const upload_FIELDS = {
    OSSAccessKeyId: "OSSAccessKeyId",
    Signature: "Signature",
    "x-oss-security-token": "XOssSecurityToken",
    policy: "policy",
    key: "key",
    callback: "callback",
    "x:codeDescription": "x:codeDescription"
  };
  const upload_TIMEOUT = 6e4;
  async function post(config, code, hurry) {
    const url = textOf(memberOf(config, "Url")) ?? "";
    const advice = "Run it again, or with `--versions A,B` in place of `--upload`.";
    if (!/^(?:https:\/\/|http:\/\/127\.0\.0\.1[:/])/.test(url) || !URL.canParse(url)) throw new Stopped("The service gave no address for the upload.", advice);
    const form = new FormData;
    for (const [field, member] of Object.entries(upload_FIELDS)) {
      const value = textOf(memberOf(config, member)) ?? "";
      value !== "" && form.append(field, value);
    }
    form.append("success_action_status", "200");
    form.append("file", new Blob([ code ], {
      type: "text/javascript"
    }), "index.js");
    const response = await fetch(url, {
      method: "POST",
      body: form,
      redirect: "error",
      signal: AbortSignal.any([ AbortSignal.timeout(upload_TIMEOUT), hurry ])
    }).catch(() => {});
    await (response?.body?.cancel());
    if (response?.status === 200 || response?.status === 204) return;
    throw new Stopped(`The upload was refused: ${response === void 0 ? "no answer" : `HTTP ${response.status}`}.`, advice);
  }
  async function upload_begin(api, routine, marker) {
    const body = {
      Name: routine,
      CodeDescription: marker
    };
    const said = await api.ask("CreateRoutineWithAssetsCodeVersion", {
      body: body
    });
    const version = said.kind === "answer" ? textOf(memberOf(said.json, "CodeVersion")) ?? "" : "";
    return isVersion(version) ? version : void 0;
  }
  function pairAmong(listed, live, named) {
    const available = listOf(memberOf(listed, "CodeVersions")).filter(one => /^(?:available)?$/i.test(textOf(memberOf(one, "Status")) ?? "")).filter(one => memberOf(one, "DeployEnv") === void 0 || memberOf(one, "DeployEnv") === "").map(one => textOf(memberOf(one, "CodeVersion")) ?? "").filter(isVersion);
    const other = available.filter(version => version !== live).toSorted(olderFirst).at(-1);
    const pair = named ?? (other === void 0 ? void 0 : [ live, other ]);
    const [a, b] = [ ...pair ?? [] ].toSorted(olderFirst);
    return a === void 0 || b === void 0 ? void 0 : [ a, b ];
  }
  function olderFirst(one, other) {
    const [a, b] = [ one, other ].map(text => text.padStart(32, "0"));
    return (a ?? "") < (b ?? "") ? -1 : 1;
  }
  const AROUND = {
    writes: 3,
    reads: 8,
    probes: 0
  };
  const LONGEST_RUN = 72e4;
  const NEEDED = {
    routing: "version-header"
  };
  function isAsked({facts: facts}, {only: only}) {
    const asked = only?.flatMap(fact => [ fact, NEEDED[fact] ?? fact ]);
    return facts.some(fact => asked?.includes(fact) !== !1);
  }
  function askedChecks(options) {
    return CHECKS.filter(check => isAsked(check, options) && check.leftOut(options) === void 0);
  }
  function plannedChecks(options, canWrite) {
    const checks = askedChecks(options).filter(check => canWrite || !check.writes);
    const sum = name => [ canWrite ? AROUND : {
      ...AROUND,
      writes: 0
    }, ...checks.map(({cost: cost}) => cost) ].reduce((total, cost) => total + cost[name], 0);
    const uploads = options.upload && canWrite ? UPLOAD_CALLS.calls + 4 + 3 : 0;
    return {
      checks: checks,
      cost: {
        writes: sum("writes"),
        reads: sum("reads") + sum("writes") + uploads,
        probes: sum("probes")
      }
    };
  }
  function leftOut(options, made) {
    const left = CHECKS.filter(check => !made.includes(check));
    const why = check => isAsked(check, options) ? check.leftOut(options) ?? "nothing could be written" : "left out by --only";
    return left.flatMap(check => check.facts.map(fact => finding_unknown(fact, why(check))));
  }
  function planLines(options, {original: original, pair: pair}) {
    const {env: env, routine: routine, upload: upload} = options;
    const why = whyNothing(options, original, pair);
    const canWrite = why === void 0;
    const {checks: checks, cost: cost} = plannedChecks(options, canWrite);
    const versions = upload ? "by tiny versions that it uploads (four, one of them never finished) and deletes again" : `by the versions ${pair?.join(" and ")}`;
    return [ `Routine ${routine} in ${env}; it serves ${splitText(original)}.`, canWrite ? `It will write to ${env} at most ${cost.writes} times, ${versions}, read about ${cost.reads} times, and ask the edge at most ${cost.probes} times; never more than 2 requests a second${options.rate ? ", but for 100 reads in 5 seconds" : ""}. After ${LONGEST_RUN / 6e4} minutes nothing more is begun but to put things back.` : `It will write nothing and read about ${cost.reads} times: ${why}`, ...checks.map(({title: title, facts: facts}) => `  - ${title}: ${facts.join(", ")}`), ...canWrite ? [ `Meanwhile ${env} serves other splits of these versions, and if the service takes them at 1 % versions that do not work.`, `At the end, on Ctrl-C and on a failure it puts back: ${splitText(original)}. What it has to put back is kept in ${options.state}.` ] : [], ...canWrite && env === "production" ? [ "THIS IS PRODUCTION: real users meet what is deployed." ] : [] ];
  }
  function whyNothing(options, original, pair) {
    const {env: env, upload: upload} = options;
    if (!askedChecks(options).some(({writes: writes}) => writes)) return "none of these checks has to write.";
    if (original.length === 0) return `nothing is live in ${env}, and no deployment can be withdrawn. Deploy something there first.`;
    if (original.length > 1) return `two versions are live in ${env}, so that somebody may be rolling out. Run it when one version serves alone.`;
    if (upload || pair !== void 0) return;
    return "the routine has no second version that is Available. Name two by --versions, or give --upload.";
  }
  function endingClock({now: now, sleep: sleep}, interrupted, advice) {
    const end = now() + LONGEST_RUN;
    const goOn = () => {
      if (interrupted.aborted) throw new Stopped("Interrupted.", advice);
      if (now() > end) throw new Stopped("Time was up.", advice);
    };
    return {
      now: () => {
        goOn();
        return now();
      },
      sleep: async ms => {
        goOn();
        await Promise.race([ sleep(ms), until(interrupted) ]);
        goOn();
      }
    };
  }
  const waiting = new WeakMap;
  function until(interrupted) {
    const known = waiting.get(interrupted);
    if (known !== void 0) return known;
    const aborted = new Promise(done => interrupted.addEventListener("abort", () => done(), {
      once: !0
    }));
    waiting.set(interrupted, aborted);
    return aborted;
  }
  const MOST_NODES = 4;
  const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
  async function findEdge(target, routine, {url: url, env: env}, keep) {
    if (url?.protocol === "http:") return {
      url: url,
      connectTo: []
    };
    const address = url ?? await ownAddress(target, routine, keep);
    if (typeof address === "string") return address;
    if (env === "production") return {
      url: address,
      connectTo: []
    };
    const said = await target.api.ask("GetRoutineStagingEnvIp", {});
    if (said.kind === "refused") return `GetRoutineStagingEnvIp was refused as ${said.code}`;
    const addresses = said.kind === "answer" ? listOf(memberOf(said.json, "IPV4")).map(textOf) : [];
    const connectTo = addresses.flatMap(one => one !== void 0 && (0, external_node_net_namespaceObject.isIPv4)(one) ? [ one ] : []).slice(0, MOST_NODES);
    return connectTo.length === 0 ? "GetRoutineStagingEnvIp named no address" : {
      url: address,
      connectTo: connectTo
    };
  }
  async function ownAddress({api: api, routine: name}, routine, keep) {
    const host = textOf(memberOf(routine, "DefaultRelatedRecord")) ?? "";
    if (!HOST.test(host)) return "the routine has no address of its own; --url names one";
    const said = await api.ask("GetRoutineAccessToken", {
      body: {
        Name: name
      }
    });
    if (said.kind !== "answer") return `GetRoutineAccessToken ${said.kind === "refused" ? `was refused as ${said.code}` : "was not answered"}; --url names an address that needs no token`;
    const token = textOf(memberOf(said.json, "Token")) ?? "";
    keep(token);
    const url = new URL(`https://${host}/`);
    url.searchParams.set("esa_er_token", token);
    return url;
  }
  async function makeChecks(making) {
    const {options: options, surroundings: surroundings, target: target, saved: saved, file: file, canWrite: canWrite, findings: findings} = making;
    const {say: say} = surroundings;
    const {checks: checks} = plannedChecks(options, canWrite);
    if (canWrite && options.upload) {
      saved.uploads = !0;
      file.save(saved);
    }
    const uploaded = canWrite && options.upload ? await uploadAll(target, saved.marker) : void 0;
    const bench = benchOf(making, uploaded);
    for (const check of checks) {
      say(`${check.title} ...`);
      const found = await check.run(bench).catch(error => failedCheck(check, error));
      findings.push(...found);
      for (const finding of found) say(`  ${finding.fact}: ${finding.kind}: ${textOfFinding(finding)}`);
    }
    findings.push(...leftOut(options, checks));
  }
  function failedCheck(check, error) {
    if (error instanceof Stopped) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    return check.facts.map(fact => finding_unknown(fact, `an answer was not what the check can read (${name})`));
  }
  function benchOf({pair: pair, saved: saved, file: file, target: target, first: first, listed: listed, names: names, options: options, surroundings: surroundings, openOnce: openOnce}, uploaded) {
    const [a = "", b = ""] = [ ...uploaded === void 0 ? pair ?? [] : [ uploaded.a, uploaded.b ] ].toSorted(olderFirst);
    names.set(a, "A").set(b, "B").set(uploaded?.bound ?? "", "BOUND").set(uploaded?.unfinished ?? "", "UNFINISHED");
    const known = {
      staleReads: 0,
      edgeDelay: 0,
      mark: void 0,
      unmarked: "the edge was not asked before which version answers",
      unfinished: uploaded?.unfinished,
      bound: uploaded?.bound
    };
    const keep = secret => surroundings.secrets.keep(secret);
    return {
      target: target,
      options: options,
      pace: target.pace,
      a: a,
      b: b,
      first: first,
      listed: listed,
      saved: saved,
      deploy: deployer(target, saved, file.save),
      keepTried: split => keepTried(saved, file.save, split),
      settle: split => settle(target, saved, split),
      edge: () => openOnce(() => findEdge(target, first.routine, options, keep)),
      readLogs: surroundings.readLogs,
      known: known
    };
  }
  function namesOf(options, environment) {
    const {routine: routine, logs: logs, url: url, role: role, endpoint: endpoint} = options;
    const {GITHUB_REPOSITORY: GITHUB_REPOSITORY = "", GITHUB_ACTOR: GITHUB_ACTOR = "", ALIBABA_CLOUD_PROFILE: ALIBABA_CLOUD_PROFILE = ""} = environment;
    const [owner = "", repository = ""] = GITHUB_REPOSITORY.split("/");
    const roles = [ role["role-to-assume"], environment["ALIBABA_CLOUD_ROLE_ARN"] ?? "" ];
    const providers = [ role["oidc-provider-arn"], environment["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] ?? "" ];
    return new Map([ [ owner, "OWNER" ], [ repository, "REPOSITORY" ], [ GITHUB_REPOSITORY, "REPOSITORY" ], [ GITHUB_ACTOR, "ACTOR" ], [ ALIBABA_CLOUD_PROFILE, "PROFILE" ], ...roles.map(arn => [ lastOf(arn), "ROLE" ]), ...providers.map(arn => [ lastOf(arn), "PROVIDER" ]), ...[ ...roles, ...providers ].map(arn => [ arn.split(":")[3] ?? "", "ACCOUNT" ]), [ environment["ALIBABA_CLOUD_ROLE_SESSION_NAME"] ?? "", "SESSION" ], [ url?.hostname ?? "", "HOST" ], [ endpoint.host, "ENDPOINT" ], [ logs?.project ?? "", "PROJECT" ], [ logs?.logstore ?? "", "LOGSTORE" ], [ routine, "ROUTINE" ] ]);
  }
  function lastOf(arn) {
    const name = arn.split("/").at(-1) ?? "";
    return arn.includes("/") && name.length > 1 ? name : "";
  }
  const TRIES = 3;
  const restore_PATIENCE = 6e4;
  async function restore(target, saved, file) {
    const traffic = await restoreTraffic(target, saved, file).catch(notRestored(saved));
    const versions = saved.uploads && traffic.complete ? await deleteUploads(target, saved).catch(notDeleted) : NOTHING_LEFT;
    const complete = traffic.complete && versions.complete;
    complete && file.forget();
    return {
      complete: complete,
      lines: [ ...traffic.lines, ...versions.lines ]
    };
  }
  const NOTHING_LEFT = {
    complete: !0,
    lines: []
  };
  async function restoreTraffic(target, saved, file) {
    const {env: env} = target;
    if (saved.tried.length === 0) return {
      complete: !0,
      lines: [ `Nothing was written to ${env}.` ]
    };
    if (saved.foreign !== "") return leftAlone(saved);
    try {
      return await putBack(target, saved, file);
    } catch (error) {
      if (saved.foreign !== "") return leftAlone(saved);
      throw error;
    }
  }
  async function putBack(target, saved, file) {
    const deploy = deployer(target, saved, file.save);
    for (let left = TRIES; left > 0; left -= 1) {
      await watch(target, saved);
      await deploy(saved.original);
      const settled = await settle(target, saved, saved.original, restore_PATIENCE / TRIES);
      if (settled !== void 0) return {
        complete: !0,
        lines: [ `Restored, as read back: ${target.env} serves ${splitText(settled.look.split)}.` ]
      };
    }
    throw new Error("it does not show");
  }
  function leftAlone({env: env, original: original, foreign: foreign}) {
    const line = `Somebody else has deployed to ${env} since: ${foreign}. That is left alone. Before, it served ${splitText(original)}; to go back to that, deploy \`versions: ${inputText(original)}\` by hand.`;
    return {
      complete: !0,
      lines: [ line ]
    };
  }
  const notRestored = saved => error => {
    const why = error instanceof Error ? error.message : String(error);
    return {
      complete: !1,
      lines: [ `NOT restored: ${why}`, `Before, ${saved.env} served ${splitText(saved.original)}. Run this again, which restores it first, or deploy \`versions: ${inputText(saved.original)}\` by hand.` ]
    };
  };
  async function deleteUploads({api: api, routine: routine}, {marker: marker}) {
    const listed = [];
    for (const PageNumber of [ "1", "2" ]) {
      const page = await api.ask("ListRoutineCodeVersions", {
        body: {
          Name: routine,
          PageNumber: PageNumber,
          PageSize: "20"
        }
      });
      if (page.kind !== "answer") return notDeleted();
      listed.push(...listOf(memberOf(page.json, "CodeVersions")));
    }
    const own = listed.filter(one => memberOf(one, "CodeDescription") === marker).map(one => textOf(memberOf(one, "CodeVersion")) ?? "").filter(isVersion);
    const deleted = [];
    for (const version of own) {
      const said = await api.ask("DeleteRoutineCodeVersion", {
        body: {
          Name: routine,
          CodeVersion: version
        }
      });
      deleted.push(said.kind === "answer");
    }
    if (deleted.includes(!1)) return notDeleted();
    return {
      complete: !0,
      lines: [ `Deleted what was uploaded: ${own.length} code versions.` ]
    };
  }
  function notDeleted() {
    const line = 'NOT deleted: code versions whose description begins with "contract check". Run this again, or delete them in the console.';
    return {
      complete: !1,
      lines: [ line ]
    };
  }
  function inputText(split) {
    return keyOf(split);
  }
  function makeFolder(path) {
    (0, external_node_fs_namespaceObject.existsSync)(path) || (0, external_node_path_namespaceObject.dirname)(path) === path || makeFolder((0, 
    external_node_path_namespaceObject.dirname)(path));
    try {
      (0, external_node_fs_namespaceObject.mkdirSync)(path);
    } catch (error) {
      if (!(0, external_node_fs_namespaceObject.existsSync)(path) || !(0, external_node_fs_namespaceObject.statSync)(path).isDirectory()) throw error;
    }
  }
  function tryPlace(path) {
    if ((0, external_node_fs_namespaceObject.existsSync)(path)) {
      if (!(0, external_node_fs_namespaceObject.statSync)(path).isFile()) throw Object.assign(new Error("it is no file"), {
        code: "it is no file"
      });
      (0, external_node_fs_namespaceObject.accessSync)(path, external_node_fs_namespaceObject.constants.W_OK);
    }
    makeFolder((0, external_node_path_namespaceObject.dirname)(path));
    const trial = `${path}.${process.pid}.tmp`;
    (0, external_node_fs_namespaceObject.writeFileSync)(trial, "");
    (0, external_node_fs_namespaceObject.rmSync)(trial);
  }
  function savedFile(path) {
    return {
      load: () => (0, external_node_fs_namespaceObject.existsSync)(path) ? saved_read(path) : void 0,
      save: saved => {
        orNotWritten(path, "--state", () => {
          makeFolder((0, external_node_path_namespaceObject.dirname)(path));
          (0, external_node_fs_namespaceObject.writeFileSync)(`${path}.tmp`, `${JSON.stringify(saved, null, 2)}\n`, {
            mode: 384
          });
          (0, external_node_fs_namespaceObject.renameSync)(`${path}.tmp`, path);
        });
      },
      forget: () => {
        (0, external_node_fs_namespaceObject.existsSync)(path) && (0, external_node_fs_namespaceObject.rmSync)(path);
      }
    };
  }
  function saved_read(path) {
    const damaged = new Stopped(`${path} says that a run before this one was not restored, but cannot be read.`, "Look in the console at what is live in the environment that it was run for, put it right, and delete the file.");
    let given;
    try {
      given = JSON.parse((0, external_node_fs_namespaceObject.readFileSync)(path, "utf8"));
    } catch {
      throw damaged;
    }
    if (!isSaved(given)) throw damaged;
    return given;
  }
  const isTexts = value => Array.isArray(value) && value.every(one => typeof one === "string");
  function isSaved(given) {
    if (typeof given !== "object" || given === null) return !1;
    const {routine: routine, env: env, endpoint: endpoint, original: original, originalId: originalId, own: own, tried: tried, open: open, sameIds: sameIds, foreign: foreign, marker: marker, uploads: uploads} = given;
    const isSplit = Array.isArray(original) && original.every(share => isVersion(String(share?.version)) && Number.isInteger(share?.weight));
    const texts = [ routine, endpoint, originalId, foreign, marker ].every(text => typeof text === "string");
    return isSplit && texts && isTexts(own) && isTexts(tried) && Array.isArray(open) && open.every(one => typeof one?.key === "string" && typeof one.id === "string") && typeof sameIds === "boolean" && typeof uploads === "boolean" && (env === "staging" || env === "production");
  }
  async function conduct(options, surroundings) {
    const {say: say, clock: clock, interrupted: interrupted} = surroundings;
    const file = savedFile(options.state);
    const names = namesOf(options, process.env);
    const targetBy = targets(options, surroundings, names);
    const calm = targetBy(clock);
    const left = file.load();
    const none = {
      findings: void 0,
      restored: !0,
      complete: !0,
      agreed: !0,
      names: names
    };
    if (left !== void 0 && !await restoreLeft(left, calm, {
      options: options,
      file: file,
      say: say
    })) return {
      ...none,
      restored: !1,
      complete: !1
    };
    if (options.restore) {
      left === void 0 && say("Nothing is left to restore.");
      return none;
    }
    const eager = targetBy(endingClock(clock, interrupted, "Nothing was begun."), interrupted);
    const first = await look(eager);
    const listed = await eager.api.ask("ListRoutineCodeVersions", {
      body: pageOf(options.routine)
    });
    const listing = answerOf(listed, "ListRoutineCodeVersions", eager);
    const live = first.split.find(({weight: weight}) => weight >= 50)?.version ?? "";
    const pair = options.upload ? void 0 : pairAmong(listing, live, options.versions);
    const original = first.split.filter(({weight: weight}) => weight > 0);
    for (const line of planLines(options, {
      original: original,
      pair: pair
    })) say(line);
    if (!await surroundings.consent()) {
      say("Nothing was done." + (interrupted.aborted ? "" : ` Type "${options.env}" when you are asked, or give --yes.`));
      return {
        ...none,
        complete: !1,
        agreed: interrupted.aborted
      };
    }
    const saved = savedOf(options, original, first.deployId);
    const ending = endingClock(clock, interrupted, "What was found so far is in the report.");
    const target = targetBy(ending, interrupted);
    const run = {
      options: options,
      surroundings: surroundings,
      target: target,
      file: file,
      saved: saved,
      first: first,
      pair: pair,
      names: names
    };
    return carryOut({
      ...run,
      listed: listed
    }, calm);
  }
  const pageOf = routine => ({
    Name: routine,
    PageNumber: "1",
    PageSize: "20"
  });
  async function carryOut(run, calm) {
    const {options: options, surroundings: surroundings, file: file, saved: saved, pair: pair, names: names} = run;
    const canWrite = whyNothing(options, saved.original, pair) === void 0;
    const findings = [];
    let edge;
    let complete = !1;
    const openOnce = async address => {
      const found = edge ?? await address();
      if (typeof found === "string") return found;
      edge ??= "ask" in found ? found : openEdge(found, surroundings.interrupted);
      return edge;
    };
    try {
      await makeChecks({
        ...run,
        canWrite: canWrite,
        openOnce: openOnce,
        findings: findings
      });
      complete = !0;
    } catch (error) {
      surroundings.say(stoppedText(error));
    } finally {
      edge?.close();
    }
    const ended = {
      findings: findings,
      agreed: !0,
      names: names
    };
    if (!canWrite) return {
      ...ended,
      restored: !0,
      complete: complete
    };
    saved.tried.length > 0 && surroundings.say("Putting back what was live.");
    const {complete: restored, lines: lines} = await restore(calm, saved, file);
    for (const line of lines) surroundings.say(line);
    const isAlone = saved.foreign === "";
    return {
      ...ended,
      restored: restored && isAlone,
      complete: complete && isAlone
    };
  }
  function targets({routine: routine, env: env, region: region}, {keys: keys, secrets: secrets, destination: destination}, names) {
    const paceBy = sharedPace();
    const named = async () => {
      const found = await keys();
      found.ok && names.set(found.value.accessKeyId, "KEY");
      return found;
    };
    return (clock, hurry = (new AbortController).signal) => {
      const pace = paceBy(clock);
      const to = {
        ...destination,
        hurry: hurry
      };
      const api = openApi({
        destination: to,
        keys: named,
        redact: secrets.redact,
        pace: pace,
        clock: clock
      });
      return {
        api: api,
        clock: clock,
        pace: pace,
        hurry: hurry,
        watched: {
          at: 0,
          calls: -1
        },
        routine: routine,
        env: env,
        region: region
      };
    };
  }
  function savedOf({routine: routine, env: env, endpoint: endpoint}, original, originalId) {
    return {
      routine: routine,
      env: env,
      endpoint: addressOf(endpoint),
      original: original,
      originalId: originalId,
      own: [],
      tried: [],
      open: [],
      sameIds: !1,
      foreign: "",
      marker: newMarker(),
      uploads: !1
    };
  }
  const addressOf = ({protocol: protocol, host: host}) => `${protocol}://${host}`;
  async function restoreLeft(left, calm, {options: options, file: file, say: say}) {
    say(`A run before this one was not restored: ${left.routine} in ${left.env}. That comes first.`);
    if (left.endpoint !== addressOf(options.endpoint)) throw new Stopped(`It was run against ${left.endpoint}.`, `Run it again with \`--endpoint ${left.endpoint} --restore\`.`);
    const {complete: complete, lines: lines} = await restore({
      ...calm,
      routine: left.routine,
      env: left.env
    }, left, file);
    for (const line of lines) say(line);
    return complete;
  }
  const external_node_readline_namespaceObject = require("node:readline");
  async function consent({yes: yes, env: env}, interrupted, say) {
    if (yes) return !0;
    if (!process.stdin.isTTY) {
      say("Nobody can be asked here.");
      return !1;
    }
    const terminal = (0, external_node_readline_namespaceObject.createInterface)({
      input: process.stdin,
      output: process.stdout
    });
    terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    try {
      return (await answered(terminal, `Type "${env}" to go on: `, interrupted)).trim() === env;
    } finally {
      terminal.close();
    }
  }
  function answered(terminal, question, interrupted) {
    return new Promise(done => {
      terminal.once("close", () => done(""));
      interrupted.addEventListener("abort", () => done(""), {
        once: !0
      });
      terminal.question(question, done);
    });
  }
  const external_node_os_namespaceObject = require("node:os");
  const LONGEST_HELD = 36e5;
  const WRITING = 1e4;
  const lock_TRIES = 5;
  function takeLock(path) {
    const place = `${path}.lock`;
    const own = JSON.stringify(ownHolder());
    for (let left = lock_TRIES; left > 0; left -= 1) {
      if (made(place, own)) return {
        release: () => release(place, own)
      };
      const found = lock_read(place);
      if (found === void 0) continue;
      const holder = holderIn(found);
      if (isHeld(holder, ageOf(place))) throw heldBy(holder, place);
      takeAway(place, found);
    }
    throw heldBy(void 0, place);
  }
  function made(place, own) {
    try {
      (0, external_node_fs_namespaceObject.writeFileSync)(place, own, {
        flag: "wx",
        mode: 384
      });
      return !0;
    } catch (error) {
      if (lock_codeOf(error) === "EEXIST") return !1;
      throw error;
    }
  }
  function lock_read(place) {
    try {
      return (0, external_node_fs_namespaceObject.readFileSync)(place, "utf8");
    } catch (error) {
      if (lock_codeOf(error) === "ENOENT") return;
      throw error;
    }
  }
  function ageOf(place) {
    try {
      return Date.now() - (0, external_node_fs_namespaceObject.statSync)(place).mtimeMs;
    } catch (error) {
      if (lock_codeOf(error) === "ENOENT") return Number.POSITIVE_INFINITY;
      throw error;
    }
  }
  function takeAway(place, stale) {
    const aside = `${place}.${process.pid}`;
    try {
      (0, external_node_fs_namespaceObject.renameSync)(place, aside);
    } catch (error) {
      if (lock_codeOf(error) === "ENOENT") return;
      throw error;
    }
    const moved = lock_read(aside);
    moved !== void 0 && moved !== stale && made(place, moved);
    (0, external_node_fs_namespaceObject.rmSync)(aside, {
      force: !0
    });
  }
  function release(place, own) {
    lock_read(place) === own && (0, external_node_fs_namespaceObject.rmSync)(place, {
      force: !0
    });
  }
  function isHeld(holder, age) {
    if (holder === void 0) return age < WRITING;
    if (holder.host !== (0, external_node_os_namespaceObject.hostname)()) return age < LONGEST_HELD;
    return isAlive(holder.pid) && (holder.began === "" || holder.began === beganOf(holder.pid));
  }
  function isAlive(pid) {
    try {
      process.kill(pid, 0);
      return !0;
    } catch (error) {
      return lock_codeOf(error) === "EPERM";
    }
  }
  function ownHolder() {
    const {pid: pid} = process;
    return {
      pid: pid,
      host: (0, external_node_os_namespaceObject.hostname)(),
      began: beganOf(pid),
      since: (new Date).toISOString()
    };
  }
  function beganOf(pid) {
    try {
      const text = (0, external_node_fs_namespaceObject.readFileSync)(`/proc/${pid}/stat`, "utf8");
      return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    } catch {
      return "";
    }
  }
  function holderIn(text) {
    try {
      const {pid: pid, host: host, began: began, since: since} = JSON.parse(text) ?? {};
      const isPid = typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0;
      const areTexts = typeof host === "string" && typeof began === "string" && typeof since === "string";
      return isPid && areTexts ? {
        pid: pid,
        host: host,
        began: began,
        since: since
      } : void 0;
    } catch {
      return;
    }
  }
  function heldBy(holder, place) {
    const who = holder === void 0 ? "" : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
    return new Stopped(`Another run of this check is under way${who}.`, `Wait until it has ended, or end it by Ctrl-C, which puts back what was live. If there is none, delete ${place}.`);
  }
  function lock_codeOf(error) {
    return typeof error === "object" && error !== null && "code" in error ? error.code : void 0;
  }
  const external_node_util_namespaceObject = require("node:util");
  const HOSTS = {
    "cn-hangzhou": "esa.cn-hangzhou.aliyuncs.com",
    "ap-southeast-1": "esa.ap-southeast-1.aliyuncs.com"
  };
  const REGIONS = Object.keys(HOSTS);
  function regionEndpoint(region) {
    return {
      protocol: "https",
      host: HOSTS[region]
    };
  }
  function regionStsEndpoint(region) {
    return {
      protocol: "https",
      host: `sts.${region}.aliyuncs.com`
    };
  }
  function regionLogsEndpoint(region) {
    return {
      protocol: "https",
      host: `${region}.log.aliyuncs.com`
    };
  }
  function readEndpoint(text) {
    const url = URL.canParse(text) ? new URL(text) : void 0;
    if (url === void 0 || url.host === "") return;
    const bare = !text.includes("@") && url.pathname === "/" && url.search === "" && url.hash === "";
    if (!bare) return;
    if (url.protocol === "https:") return {
      protocol: "https",
      host: url.host
    };
    if (url.protocol === "http:" && isLoopback(url.hostname)) return {
      protocol: "http",
      host: url.host
    };
    return;
  }
  function isLoopback(hostname) {
    return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
  }
  const facts_FACTS = [ {
    id: "empty-environment",
    question: "How does GetRoutine show an environment that was never deployed to?",
    assumed: "An entry of `Envs` without `CodeDeploy`",
    otherwise: "The action reads three more forms as nothing: no `Envs`, no entry, no `CodeVersions`. Any other stops the run before a write.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "neverDeployed" ]
  }, {
    id: "code-version-type",
    question: "Is CodeVersion a JSON string in GetRoutine and ListRoutineCodeVersions?",
    assumed: "A string of digits",
    otherwise: "A number is read digit by digit and never rounded.",
    bites: [ "src/esa/answers.ts", "src/alibaba/answer.ts" ],
    quirks: [ "numericCodeVersion" ]
  }, {
    id: "create-times",
    question: "Does each code version have a CreateTime?",
    assumed: "Yes",
    otherwise: "The ids tell which version is older; if not, the rollout is refused, or goes on with a warning.",
    bites: [ "src/rollout/decide/version-order.ts" ],
    quirks: [ "omitCreateTimes" ]
  }, {
    id: "version-status",
    question: "Does each listed code version have a Status?",
    assumed: "Yes",
    otherwise: "The action deploys a version without a Status; the service has to refuse it if it is not finished.",
    bites: [ "src/rollout/decide/plan.ts" ],
    quirks: [ "omitStatus" ]
  }, {
    id: "total-count",
    question: "Does ListRoutineCodeVersions have a TotalCount?",
    assumed: "Yes",
    otherwise: "The action takes a page that is not full for the last one.",
    bites: [ "src/esa/service.ts" ],
    quirks: [ "omitTotalCount" ]
  }, {
    id: "list-order",
    question: "In which order are code versions listed?",
    assumed: "The newest first",
    otherwise: "If a routine has more than 40 versions, the action does not find the newest.",
    bites: [ "src/esa/service.ts" ],
    quirks: [ "oldestFirst" ]
  }, {
    id: "date-header",
    question: "Do answers have a `Date` header, and how far is its clock from ours?",
    assumed: "Yes",
    otherwise: "The action counts the age of a deployment by the clock of the runner.",
    bites: [ "src/alibaba/call.ts", "src/rollout/deployment-age.ts" ],
    quirks: [ "dateHeader" ]
  }, {
    id: "query-and-body",
    question: "Are parameters read from the query and from the body alike?",
    assumed: "Yes, also in one request",
    otherwise: "Nothing: the action sends all of them in the body.",
    bites: [ "src/alibaba/call.ts" ],
    quirks: [ "parameterPlaces" ]
  }, {
    id: "deployment-id-type",
    question: "Is DeploymentId a JSON string in the answer to a deployment?",
    assumed: "A string",
    otherwise: "A number is read digit by digit. Without an id, the next reads tell which deployment is ours.",
    bites: [ "src/esa/answers.ts", "src/rollout/decide/ledger.ts" ],
    quirks: [ "numericDeploymentId", "omitDeploymentId" ]
  }, {
    id: "deployment-id-equality",
    question: "Is the DeploymentId of a deployment the DeployId that GetRoutine shows for it?",
    assumed: "Yes",
    otherwise: "The reads after a write tell which deployment is ours, as if the answer had no id.",
    bites: [ "src/rollout/decide/ledger.ts" ],
    quirks: [ "deploymentIdDiffers" ]
  }, {
    id: "deploy-id-type",
    question: "Is DeployId a JSON string in GetRoutine?",
    assumed: "A string of digits",
    otherwise: "A number is read digit by digit and never rounded.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "numericDeployId" ]
  }, {
    id: "deploy-id-time",
    question: "Is a DeployId the nanoseconds of its CreationTime?",
    assumed: "Yes",
    otherwise: "Only the CreationTime tells how old a deployment is; the id does not confirm it.",
    bites: [ "src/rollout/deployment-age.ts", "src/rollout/instant.ts" ],
    quirks: [ "deployIds" ]
  }, {
    id: "creation-time",
    question: "How is the CreationTime of a deployment written?",
    assumed: "RFC 3339 in UTC with whole seconds",
    otherwise: "Any RFC 3339 with a zone is read. Without a zone the age of a deployment is unknown, and a bake with `wait: false` is refused.",
    bites: [ "src/rollout/instant.ts", "src/rollout/deployment-age.ts" ],
    quirks: [ "creationTime" ]
  }, {
    id: "percentage-type",
    question: "Is Percentage a JSON number in GetRoutine?",
    assumed: "A number",
    otherwise: "Text of digits is read too.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "percentageAsString" ]
  }, {
    id: "version-order",
    question: "In which order does GetRoutine show the two versions of a split?",
    assumed: "As they were sent",
    otherwise: "Nothing: the action compares splits in any order.",
    bites: [ "src/rollout/split.ts" ],
    quirks: [ "versionOrder" ]
  }, {
    id: "split-members",
    question: "What do `CodeVersion` and `CanaryCodeVersion` of an environment hold during a split?",
    assumed: "The version with more requests, and the one with fewer",
    otherwise: "Nothing: the action looks at them only if there is no deployment.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "splitMembers" ]
  }, {
    id: "read-after-write",
    question: "How long does it take until GetRoutine shows a deployment that was accepted?",
    assumed: "The first read after it shows it",
    otherwise: "The action reads for up to 30 s. If it does not show, the run fails, or is rolled back.",
    bites: [ "src/rollout/decide/state.ts", "src/rollout/decide/stale-reads.ts" ],
    quirks: [ "lagReads" ]
  }, {
    id: "redeploy",
    question: "What does a deployment of exactly what is live do?",
    assumed: "It makes a new deployment with a DeployId of its own",
    otherwise: "The action does not write what is live; after a lost answer it reads before it writes again.",
    bites: [ "src/rollout/decide/write.ts" ],
    quirks: [ "redeploy" ]
  }, {
    id: "percent-zero",
    question: "What becomes of a version at 0 % beside one at 100 %?",
    assumed: "Refused as InvalidParameter",
    otherwise: "The action never sends one, and leaves it out if the service shows one.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "percentZero", "zeroShown" ]
  }, {
    id: "version-twice",
    question: "What becomes of a split that names one version twice?",
    assumed: "Refused as InvalidParameter",
    otherwise: "The action never sends one. If the service shows one, that is an answer that is not understood, and nothing is written.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "versionTwice" ]
  }, {
    id: "unknown-version",
    question: "What becomes of a deployment of a code version that does not exist?",
    assumed: "Refused as InvalidParameter",
    otherwise: "The action refuses a version that is not listed, unless it may be too old to be listed.",
    bites: [ "src/rollout/decide/plan.ts", "src/esa/advice.ts" ],
    quirks: [ "unknownVersion" ]
  }, {
    id: "not-available",
    question: "What becomes of a deployment of a code version that is not Available?",
    assumed: "Refused as InvalidParameter",
    otherwise: "The action refuses such a version before it writes.",
    bites: [ "src/rollout/decide/plan.ts" ],
    quirks: [ "notAvailable" ]
  }, {
    id: "bound-elsewhere",
    question: "What becomes of a deployment of a code version whose DeployEnv is the other environment?",
    assumed: "Accepted",
    otherwise: "Nothing: the action refuses such a version before it writes.",
    bites: [ "src/rollout/decide/plan.ts" ],
    quirks: [ "boundElsewhere" ]
  }, {
    id: "version-header",
    question: "Does the edge tell by a header which code version has answered?",
    assumed: "No",
    otherwise: "`gate-version-header` could name that header, and routines would not have to set one themselves.",
    bites: [ "src/gates/http.ts" ],
    quirks: [ "versionHeader" ]
  }, {
    id: "edge-delay",
    question: "How long does it take until the edge serves what was deployed?",
    assumed: "At most 10 seconds",
    otherwise: "The first checks of a step see fewer answers of the canary than expected.",
    bites: [ "src/rollout/judge/sample.ts" ],
    quirks: [ "edgeDelay" ]
  }, {
    id: "routing",
    question: "How does the edge choose one of two versions for a request?",
    assumed: "By chance, for each request by itself",
    otherwise: "A gate that asks over one connection or from one place may see one version only, so less than it says.",
    bites: [ "src/rollout/judge/sensitivity.ts", "src/gates/probe.ts" ],
    quirks: [ "routing" ]
  }, {
    id: "publish",
    question: "What does GetRoutine show after PublishRoutineCodeVersion?",
    assumed: "A `CodeDeploy` with that version at 100 %",
    otherwise: "Without `CodeDeploy` the action reads the `CodeVersion` of the environment.",
    bites: [ "src/esa/answers.ts" ],
    quirks: [ "publishFillsCodeDeploy" ]
  }, {
    id: "throttling",
    question: "How does the service refuse too many requests?",
    assumed: "With a code that has `Throttling` in it, or `TooManyRequests`",
    otherwise: "The action would take it for a permanent fault, and the run would end.",
    bites: [ "src/esa/advice.ts", "src/alibaba/rate-limiter.ts" ],
    quirks: [ "requestsPerSecond", "throttlingCode" ]
  }, {
    id: "logs",
    question: "Do the logs of edge routines name routine, code version, error code and status?",
    assumed: "Yes: RoutineName, CodeVersion, ErrorCode, ResponseStatus",
    otherwise: "`gate-logs` measures nothing, so the gate is inconclusive.",
    bites: [ "src/gates/logs.ts" ],
    quirks: [ "logsWithoutVersion" ]
  } ];
  const HELP = "Usage: npm run contract -- --routine NAME [options]\n\nAsks the real service for what no document says, by two versions of a routine, and puts back what was live. It first\nsays what it will write, and asks.\n\n  --routine NAME             the routine; nothing but it is touched\n  --env staging|production   environment (default: staging)\n  --versions A,B             two code versions that exist (default: what is live, and the newest other one)\n  --upload                   upload tiny versions instead, and delete them again\n  --publish                  also call PublishRoutineCodeVersion\n  --rate                     also send 20 requests a second for 5 seconds\n  --logs PROJECT/LOGSTORE    also read the logs of the routine\n  --url URL                  where the edge is asked (default: the routine's own address, with a token)\n  --region REGION            cn-hangzhou (default) or ap-southeast-1\n  --logs-region REGION       of the project of --logs (default: --region)\n  --role-to-assume ARN       with --oidc-provider-arn: in a workflow, by its OIDC token; else keys are looked for in the\n  --oidc-provider-arn ARN    environment and in the profiles of Alibaba Cloud's tools\n  --endpoint URL, --sts-endpoint URL, --logs-endpoint URL\n  --out FOLDER               where contract-report.md and .json are written (default: .)\n  --state FILE               what the next run restores, should this one be killed (default: .contract/state.json)\n  --only FACT,FACT           make only the checks that tell these facts, and those that they go by\n  --restore                  only put back what a run before has left\n  --yes                      do not ask\n  --help                     this text\n\nIt ends with 0 where it came to its end and all is as it was before, with 1 where it was stopped or something could not\nbe put back, with 2 where an argument is wrong, and with 3 where nobody agreed.\n";
  const TEXTS = [ "routine", "env", "versions", "logs", "url", "region", "logs-region", "role-to-assume", "oidc-provider-arn", "endpoint", "sts-endpoint", "logs-endpoint", "only", "out", "state" ];
  const FLAGS = [ "upload", "publish", "rate", "restore", "yes", "help" ];
  const KNOWN = Object.fromEntries([ ...TEXTS.map(name => [ name, {
    type: "string"
  } ]), ...FLAGS.map(name => [ name, {
    type: "boolean"
  } ]) ]);
  function readOptions(args) {
    const mistakes = [];
    const given = (0, external_node_util_namespaceObject.parseArgs)({
      args: [ ...args ],
      options: KNOWN,
      strict: !1,
      allowPositionals: !0,
      tokens: !0
    });
    for (const token of given.tokens) {
      token.kind === "positional" && mistakes.push(`unexpected argument: ${token.value}`);
      if (token.kind !== "option") continue;
      const known = Object.hasOwn(KNOWN, token.name) ? KNOWN[token.name] : void 0;
      known === void 0 ? mistakes.push(`unknown option: ${token.rawName}`) : known.type !== "string" || token.value ? known.type === "boolean" && token.value !== void 0 && mistakes.push(`${token.rawName} takes no value`) : mistakes.push(`${token.rawName} needs a value`);
    }
    if (given.values["help"] === !0) return succeeded("help");
    const options = optionsOf(given.values, mistakes);
    return mistakes.length > 0 ? failed(mistakes) : succeeded(options);
  }
  function optionsOf(values, mistakes) {
    const text = name => typeof values[name] === "string" ? values[name] : "";
    const isSet = name => values[name] === !0;
    const must = (holds, mistake) => {
      holds || mistakes.push(mistake);
    };
    must(/^[\w-]{2,64}$/.test(text("routine")), "--routine is needed: the name of a routine, of letters, digits and dashes");
    const env = text("env") || "staging";
    must(env === "staging" || env === "production", "--env is staging or production");
    const versions = text("versions").split(",");
    const arePair = versions.length === 2 && versions.every(isVersion) && versions[0] !== versions[1];
    must(text("versions") === "" || arePair, "--versions names two different code versions: A,B");
    must(text("versions") === "" || !isSet("upload"), "--versions and --upload exclude each other");
    const region = REGIONS.find(known => known === (text("region") || "cn-hangzhou"));
    must(region !== void 0, `--region is one of ${REGIONS.join(", ")}`);
    const {"role-to-assume": role, "oidc-provider-arn": provider} = values;
    must(role === void 0 === (provider === void 0), "--role-to-assume and --oidc-provider-arn go together");
    const endpoints = endpointsOf(text, region ?? "cn-hangzhou", must);
    const [, project = "", logstore = ""] = /^([a-z0-9][a-z0-9-]{1,62})\/([\w-]{2,63})$/.exec(text("logs")) ?? [];
    must(text("logs") === "" || project !== "", "--logs is PROJECT/LOGSTORE");
    const only = text("only").split(",").filter(fact => fact !== "");
    const strange = only.filter(fact => !facts_FACTS.some(({id: id}) => id === fact));
    must(strange.length === 0, `--only names no fact: ${strange.join(", ")}; docs/facts.md lists them`);
    const url = URL.canParse(text("url")) ? new URL(text("url")) : void 0;
    const isAddress = url !== void 0 && isSafe(url);
    must(text("url") === "" || isAddress, "--url is an https address, or http on loopback");
    return {
      routine: text("routine"),
      env: env === "production" ? "production" : "staging",
      versions: arePair ? [ versions[0] ?? "", versions[1] ?? "" ] : void 0,
      upload: isSet("upload"),
      publish: isSet("publish"),
      rate: isSet("rate"),
      logs: project === "" ? void 0 : {
        project: project,
        logstore: logstore
      },
      url: url,
      region: region ?? "cn-hangzhou",
      role: {
        "role-to-assume": text("role-to-assume"),
        "oidc-provider-arn": text("oidc-provider-arn")
      },
      ...endpoints,
      only: only.length === 0 ? void 0 : only,
      out: text("out") || ".",
      state: text("state") || ".contract/state.json",
      restore: isSet("restore"),
      yes: isSet("yes")
    };
  }
  function endpointsOf(text, region, must) {
    const pick = (name, usual) => {
      if (text(name) === "") return usual;
      const read = readEndpoint(text(name));
      must(read !== void 0, `--${name} is https://HOST, or http on loopback`);
      return read ?? usual;
    };
    return {
      endpoint: pick("endpoint", regionEndpoint(region)),
      stsEndpoint: pick("sts-endpoint", regionStsEndpoint(region)),
      logsEndpoint: pick("logs-endpoint", regionLogsEndpoint(text("logs-region") || region))
    };
  }
  function isSafe(url) {
    return url.protocol === "https:" || readEndpoint(url.origin) !== void 0;
  }
  function reportOf(found, {now: now, env: env, region: region}, scrub) {
    const all = facts_FACTS.map(({id: id}) => found.find(({fact: fact}) => fact === id) ?? finding_unknown(id, "the run ended before it was asked"));
    const facts = all.map(finding => anonymous(finding, scrub));
    const quirks = Object.assign({}, ...facts.map(finding => finding.kind === "could not be told" ? {} : finding.quirks));
    return {
      version: 1,
      day: new Date(now).toISOString().slice(0, 10),
      env: env,
      region: region,
      facts: facts,
      quirks: quirks
    };
  }
  function anonymous(finding, scrub) {
    if (finding.kind === "could not be told") return {
      ...finding,
      why: scrub(finding.why)
    };
    return {
      ...finding,
      seen: scrub(finding.seen),
      quirks: anonymousQuirks(finding.quirks, scrub)
    };
  }
  function anonymousQuirks(quirks, scrub) {
    const entries = Object.entries(quirks).map(([name, value]) => {
      if (name === "throttlingCode" && typeof value === "string") return [ name, anonymousCode(value, scrub) ];
      if (typeof value !== "object" || !("message" in value)) return [ name, value ];
      return [ name, {
        ...value,
        code: anonymousCode(value.code, scrub),
        message: scrub(value.message)
      } ];
    });
    return Object.fromEntries(entries);
  }
  function anonymousCode(code, scrub) {
    return scrub(code) === code ? code : "Unnamed";
  }
  function markdownOf({day: day, env: env, region: region, facts: facts}) {
    const count = kind => facts.filter(finding => finding.kind === kind).length;
    const rows = facts.map(finding => {
      const {question: question = ""} = facts_FACTS.find(({id: id}) => id === finding.fact) ?? {};
      const result = finding.kind === "otherwise" ? "**otherwise**" : finding.kind;
      return `| ${finding.fact} | ${question} | ${result} | ${inMarkdown(textOfFinding(finding), 600)} |`;
    });
    return [ "# Contract report", "", `${day}, ${env}, ${region}: ${count("as assumed")} as assumed, ${count("otherwise")} otherwise, ${count("could not be told")} could not be told.`, "", "| fact | question | result | seen, or why not |", "| :-- | :-- | :-- | :-- |", ...rows, "" ].join("\n");
  }
  const jsonOf = report => `${JSON.stringify(report, null, 2)}\n`;
  const WHOLE = [ [ /[a-z][a-z0-9+.-]*:\/\/\S+/gi, "<address>" ], [ /\bacs:[\w-]+:\S*/gi, "<arn>" ], [ /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "<mail>" ], [ /\b(?:[a-z0-9-]+\.){2,}[a-z]{2,}\b/gi, "<host>" ] ];
  const PARTS = [ [ /\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/gi, "<id>" ], [ /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, "<ip>" ], [ /\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*/gi, "<ip>" ], [ /\b(?:LTAI|STS\.)[\w.]+/gi, "<key>" ], [ /(?<![\w+/=-])(?=[A-Za-z+/=_-]*\d)[\w+/=-]{24,}/g, "<text>" ], [ /\d{7,}/g, "<number>" ] ];
  const replaced = (text, patterns) => patterns.reduce((rest, [pattern, placeholder]) => rest.replace(pattern, placeholder), text);
  const LONGEST = 300;
  function wholly(name) {
    return new RegExp(`(?<![a-z0-9])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![a-z0-9])`, "gi");
  }
  function scrubber(known, redact) {
    const names = [ ...known ].filter(([name]) => name !== "").toSorted(([one], [other]) => other.length - one.length);
    return text => {
      const nameless = names.reduce((rest, [name, placeholder]) => rest.replace(wholly(name), `<${placeholder}>`), replaced(redact(text), WHOLE));
      const plain = replaced(nameless, PARTS);
      const line = plain.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ");
      return [ ...line ].length > LONGEST ? `${[ ...line ].slice(0, LONGEST).join("")}…` : line;
    };
  }
  const main_TIMEOUT = 15e3;
  const HOUR = 36e5;
  const [DONE, STOPPED, WRONG_ARGUMENTS, NOT_AGREED] = [ 0, 1, 2, 3 ];
  async function main(args) {
    const read = readOptions(args);
    if (!read.ok) {
      process.stderr.write(`${read.error.join("\n")}\n\n${HELP}`);
      return WRONG_ARGUMENTS;
    }
    if (read.value === "help") {
      process.stdout.write(HELP);
      return DONE;
    }
    const secrets = keepSecrets();
    process.stdout.on("error", () => {});
    const say = line => process.stdout.write(`${oneLine(secrets.redact(line), 4e3)}\n`);
    try {
      return await run(read.value, secrets, say);
    } catch (error) {
      say(stoppedText(error));
      return STOPPED;
    }
  }
  function keepSecrets() {
    const {env: env} = process;
    const secrets = secretKeeper(form => {
      env["GITHUB_ACTIONS"] === "true" && process.stdout.write(`::add-mask::${form.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}\n`);
    });
    secrets.keep(...environmentSecrets(env), ...proxySecrets(env), env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] ?? "");
    secrets.keep(...urlSecrets(env["ALIBABA_CLOUD_CREDENTIALS_URI"] ?? ""));
    completeProxies(env);
    env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0" && delete env["NODE_TLS_REJECT_UNAUTHORIZED"];
    return secrets;
  }
  async function run(options, secrets, say) {
    options.restore || orNotWritten(options.out, "--out", () => {
      for (const file of reportFiles(options)) tryPlace(file);
    });
    orNotWritten(options.state, "--state", () => tryPlace(options.state));
    const lock = takeLock(options.state);
    const interrupted = interruption(options, say);
    try {
      return await runAlone(options, {
        secrets: secrets,
        say: say,
        interrupted: interrupted
      });
    } finally {
      lock.release();
    }
  }
  async function runAlone(options, {secrets: secrets, say: say, interrupted: interrupted}) {
    const credentials = credentialsOf(options, {
      secrets: secrets,
      say: say,
      interrupted: interrupted
    });
    const surroundings = {
      clock: {
        now: Date.now,
        sleep: ms => (0, promises_namespaceObject.setTimeout)(ms)
      },
      say: say,
      consent: () => consent(options, interrupted, say),
      interrupted: interrupted,
      secrets: secrets,
      keys: credentials.keys,
      destination: {
        endpoint: options.endpoint,
        timeout: main_TIMEOUT,
        hurry: interrupted
      },
      readLogs: logsOf(options, credentials, {
        secrets: secrets,
        interrupted: interrupted
      })
    };
    try {
      const conducted = await conduct(options, surroundings);
      write(options, conducted, secrets, say);
      if (!conducted.agreed) return NOT_AGREED;
      return conducted.restored && conducted.complete ? DONE : STOPPED;
    } finally {
      credentials.close();
    }
  }
  function interruption({state: state}, say) {
    const controller = new AbortController;
    for (const signal of [ "SIGINT", "SIGTERM", "SIGHUP" ]) process.on(signal, () => {
      const rest = (0, external_node_fs_namespaceObject.existsSync)(state) ? "what was changed is put back first." : "nothing has been changed.";
      controller.signal.aborted || say(`Interrupted: ${rest}`);
      controller.abort();
    });
    return controller.signal;
  }
  function credentialsOf({role: role, stsEndpoint: stsEndpoint}, {secrets: secrets, say: say, interrupted: interrupted}) {
    const {env: env} = process;
    const session = {
      audience: "sts.aliyuncs.com",
      sessionName: sessionName(env),
      duration: HOUR
    };
    const found = findSource(role, env, session);
    if (!found.ok) {
      const {missing: missing, malformed: malformed} = found.error;
      const names = [ ...missing.map(({name: name}) => name), ...malformed ].join(", ");
      throw new Stopped(`The credentials are not whole: ${names}.`, "docs/credentials.md has a table of where credentials may come from.");
    }
    const sts = {
      endpoint: stsEndpoint,
      timeout: main_TIMEOUT,
      hurry: interrupted
    };
    return openCredentials(found.value, {
      idToken: idToken,
      sts: sts,
      append: () => {},
      now: Date.now,
      say: say,
      secrets: secrets
    });
  }
  function logsOf({logs: logs, logsEndpoint: logsEndpoint, routine: routine}, {keys: keys, invalidate: invalidate}, {secrets: {redact: redact}, interrupted: interrupted}) {
    const {project: project = "", logstore: logstore = ""} = logs ?? {};
    const {host: host} = logsEndpoint;
    const advise = (code, message) => adviseOnLogs({
      project: project,
      logstore: logstore,
      host: host
    }, code, message);
    const destination = {
      endpoint: logsEndpoint,
      timeout: main_TIMEOUT,
      hurry: interrupted
    };
    const readRows = logReader(destination, {
      append: () => {},
      now: Date.now,
      keys: keys,
      invalidate: invalidate,
      redact: redact,
      advise: advise
    });
    return async () => {
      const to = Math.floor(Date.now() / 1e3);
      const query = {
        project: project,
        logstore: logstore,
        from: to - 900,
        to: to,
        query: `RoutineName: "${routine}"`
      };
      const answer = await readRows(query, {
        attempt: 1,
        retryPolicy: () => {}
      });
      if (answer.ok) return answer.value;
      const {code: code, message: message} = answer.error.fault;
      return `GetLogs failed: ${code}: ${message}`;
    };
  }
  const reportFiles = ({out: out}) => [ "contract-report.md", "contract-report.json" ].map(name => (0, 
  external_node_path_namespaceObject.join)(out, name));
  function write(options, {findings: findings, names: names}, {redact: redact}, say) {
    if (findings === void 0) return;
    const {env: env, region: region, out: out} = options;
    const [markdown, json] = reportFiles(options);
    const report = reportOf(findings, {
      now: Date.now(),
      env: env,
      region: region
    }, scrubber(names, redact));
    orNotWritten(out, "--out", () => {
      (0, external_node_fs_namespaceObject.writeFileSync)(markdown, markdownOf(report));
      (0, external_node_fs_namespaceObject.writeFileSync)(json, jsonOf(report));
    });
    say(`The report is in ${markdown} and .json: without names, ids and secrets. Look through it before you post it.`);
  }
  async function start() {
    process.exitCode = await main(process.argv.slice(2));
  }
  start();
  module.exports = __webpack_exports__;
})();
