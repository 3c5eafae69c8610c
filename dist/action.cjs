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
      const $tea = __importStar(__nccwpck_require__(671));
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
      const $tea = __importStar(__nccwpck_require__(671));
      const tea_util_1 = __importDefault(__nccwpck_require__(129));
      const kitx_1 = __importDefault(__nccwpck_require__(108));
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
    671: function(__unused_webpack_module, exports, __nccwpck_require__) {
      var __extends = this && this.__extends || function() {
        var extendStatics = function(d, b) {
          extendStatics = Object.setPrototypeOf || {
            __proto__: []
          } instanceof Array && function(d, b) {
            d.__proto__ = b;
          } || function(d, b) {
            for (var p in b) b.hasOwnProperty(p) && (d[p] = b[p]);
          };
          return extendStatics(d, b);
        };
        return function(d, b) {
          extendStatics(d, b);
          function __() {
            this.constructor = d;
          }
          d.prototype = b === null ? Object.create(b) : (__.prototype = b.prototype, new __);
        };
      }();
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
      var __awaiter = this && this.__awaiter || function(thisArg, _arguments, P, generator) {
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
      var __generator = this && this.__generator || function(thisArg, body) {
        var f, y, t, g, _ = {
          label: 0,
          sent: function() {
            if (t[0] & 1) throw t[1];
            return t[1];
          },
          trys: [],
          ops: []
        };
        return g = {
          next: verb(0),
          throw: verb(1),
          return: verb(2)
        }, typeof Symbol === "function" && (g[Symbol.iterator] = function() {
          return this;
        }), g;
        function verb(n) {
          return function(v) {
            return step([ n, v ]);
          };
        }
        function step(op) {
          if (f) throw new TypeError("Generator is already executing.");
          while (_) try {
            if (f = 1, y && (t = op[0] & 2 ? y["return"] : op[0] ? y["throw"] || ((t = y["return"]) && t.call(y), 
            0) : y.next) && !(t = t.call(y, op[1])).done) return t;
            (y = 0, t) && (op = [ op[0] & 2, t.value ]);
            switch (op[0]) {
             case 0:
             case 1:
              t = op;
              break;

             case 4:
              _.label++;
              return {
                value: op[1],
                done: !1
              };

             case 5:
              _.label++;
              y = op[1];
              op = [ 0 ];
              continue;

             case 7:
              op = _.ops.pop();
              _.trys.pop();
              continue;

             default:
              if (!(t = _.trys, t = t.length > 0 && t[t.length - 1]) && (op[0] === 6 || op[0] === 2)) {
                _ = 0;
                continue;
              }
              if (op[0] === 3 && (!t || op[1] > t[0] && op[1] < t[3])) {
                _.label = op[1];
                break;
              }
              if (op[0] === 6 && _.label < t[1]) {
                _.label = t[1];
                t = op;
                break;
              }
              if (t && _.label < t[2]) {
                _.label = t[2];
                _.ops.push(op);
                break;
              }
              t[2] && _.ops.pop();
              _.trys.pop();
              continue;
            }
            op = body.call(thisArg, _);
          } catch (e) {
            op = [ 6, e ];
            y = 0;
          } finally {
            f = t = 0;
          }
          if (op[0] & 5) throw op[1];
          return {
            value: op[0] ? op[1] : void 0,
            done: !0
          };
        }
      };
      Object.defineProperty(exports, "__esModule", {
        value: !0
      });
      exports.isRetryable = exports.retryError = exports.newUnretryableError = exports.getBackoffTime = exports.allowRetry = exports.sleep = exports.cast = exports.Model = exports.toMap = exports.newError = exports.doAction = exports.Response = exports.Request = exports.BytesReadable = void 0;
      var querystring = __importStar(__nccwpck_require__(480));
      var http_1 = __nccwpck_require__(611);
      var https_1 = __nccwpck_require__(692);
      var stream_1 = __nccwpck_require__(203);
      var httpx = __importStar(__nccwpck_require__(584));
      var url_1 = __nccwpck_require__(16);
      var BytesReadable = function(_super) {
        __extends(BytesReadable, _super);
        function BytesReadable(value) {
          var _this = _super.call(this) || this;
          typeof value === "string" ? _this.value = Buffer.from(value) : Buffer.isBuffer(value) && (_this.value = value);
          return _this;
        }
        BytesReadable.prototype._read = function() {
          this.push(this.value);
          this.push(null);
        };
        return BytesReadable;
      }(stream_1.Readable);
      exports.BytesReadable = BytesReadable;
      var Request = function() {
        function Request() {
          this.headers = {};
          this.query = {};
        }
        return Request;
      }();
      exports.Request = Request;
      var Response = function() {
        function Response(httpResponse) {
          this.statusCode = httpResponse.statusCode;
          this.statusMessage = httpResponse.statusMessage;
          this.headers = this.convertHeaders(httpResponse.headers);
          this.body = httpResponse;
        }
        Response.prototype.convertHeaders = function(headers) {
          var results = {};
          var keys = Object.keys(headers);
          for (var index = 0; index < keys.length; index++) {
            var key = keys[index];
            results[key] = headers[key];
          }
          return results;
        };
        Response.prototype.readBytes = function() {
          return __awaiter(this, void 0, void 0, function() {
            var buff;
            return __generator(this, function(_a) {
              switch (_a.label) {
               case 0:
                return [ 4, httpx.read(this.body, "") ];

               case 1:
                buff = _a.sent();
                return [ 2, buff ];
              }
            });
          });
        };
        return Response;
      }();
      exports.Response = Response;
      function buildURL(request) {
        var url = request.protocol + "://" + request.headers["host"];
        request.port && (url += ":" + request.port);
        url += "" + request.pathname;
        var urlInfo = url_1.parse(url);
        request.query && Object.keys(request.query).length > 0 && (urlInfo.query ? url += "&" + querystring.stringify(request.query) : url += "?" + querystring.stringify(request.query));
        return url;
      }
      function isModelClass(t) {
        if (!t) return !1;
        return typeof t.types === "function" && typeof t.names === "function";
      }
      function doAction(request, runtime) {
        runtime === void 0 && (runtime = null);
        return __awaiter(this, void 0, void 0, function() {
          var url, method, options, agentOptions, response;
          return __generator(this, function(_a) {
            switch (_a.label) {
             case 0:
              url = buildURL(request);
              method = (request.method || "GET").toUpperCase();
              options = {
                method: method,
                headers: request.headers
              };
              method !== "GET" && method !== "HEAD" && (options.data = request.body);
              if (runtime) {
                typeof runtime.timeout !== "undefined" && (options.timeout = Number(runtime.timeout));
                typeof runtime.readTimeout !== "undefined" && (options.readTimeout = Number(runtime.readTimeout));
                typeof runtime.connectTimeout !== "undefined" && (options.connectTimeout = Number(runtime.connectTimeout));
                typeof runtime.ignoreSSL !== "undefined" && (options.rejectUnauthorized = !runtime.ignoreSSL);
                typeof runtime.key !== "undefined" && (options.key = String(runtime.key));
                typeof runtime.cert !== "undefined" && (options.cert = String(runtime.cert));
                typeof runtime.ca !== "undefined" && (options.ca = String(runtime.ca));
                agentOptions = {
                  keepAlive: !0
                };
                if (typeof runtime.keepAlive !== "undefined") {
                  agentOptions.keepAlive = runtime.keepAlive;
                  request.protocol && request.protocol.toLowerCase() === "https" ? options.agent = new https_1.Agent(agentOptions) : options.agent = new http_1.Agent(agentOptions);
                }
              }
              return [ 4, httpx.request(url, options) ];

             case 1:
              response = _a.sent();
              return [ 2, new Response(response) ];
            }
          });
        });
      }
      exports.doAction = doAction;
      var ResponseError = function(_super) {
        __extends(ResponseError, _super);
        function ResponseError(map) {
          var _this = _super.call(this, map.code + ": " + map.message) || this;
          _this.code = map.code;
          _this.data = map.data;
          _this.description = map.description;
          _this.accessDeniedDetail = map.accessDeniedDetail;
          _this.data && _this.data.statusCode && (_this.statusCode = Number(_this.data.statusCode));
          return _this;
        }
        return ResponseError;
      }(Error);
      function newError(data) {
        return new ResponseError(data);
      }
      exports.newError = newError;
      function getValue(type, value) {
        if (typeof type === "string") return value;
        if (type.type === "array") {
          if (!Array.isArray(value)) throw new Error("expect: array, actual: " + typeof value);
          return value.map(function(item) {
            return getValue(type.itemType, item);
          });
        }
        if (typeof type === "function") {
          if (isModelClass(type)) return new type(value);
          return value;
        }
        return value;
      }
      function toMap(value) {
        value === void 0 && (value = void 0);
        if (typeof value === "undefined" || value == null) return null;
        if (value instanceof Model) return value.toMap();
        if (typeof value.toMap === "function") return value.toMap();
        if (Array.isArray(value)) return value.map(function(item) {
          return toMap(item);
        });
        return value;
      }
      exports.toMap = toMap;
      var Model = function() {
        function Model(map) {
          var _this = this;
          if (map == null) return;
          var clz = this.constructor;
          var names = clz.names();
          var types = clz.types();
          Object.keys(names).forEach(function(name) {
            var value = map[name];
            if (value === void 0 || value === null) return;
            var type = types[name];
            _this[name] = getValue(type, value);
          });
        }
        Model.prototype.toMap = function() {
          var _this = this;
          var map = {};
          var clz = this.constructor;
          var names = clz.names();
          Object.keys(names).forEach(function(name) {
            var originName = names[name];
            var value = _this[name];
            if (typeof value === "undefined" || value == null) return;
            map[originName] = toMap(value);
          });
          return map;
        };
        return Model;
      }();
      exports.Model = Model;
      function cast(obj, t) {
        if (!obj) throw new Error("can not cast to Map");
        if (typeof obj !== "object") throw new Error("can not cast to Map");
        var map = obj;
        var clz = t.constructor;
        var names = clz.names();
        var types = clz.types();
        Object.keys(names).forEach(function(key) {
          var originName = names[key];
          var value = map[originName];
          var type = types[key];
          if (typeof value === "undefined" || value == null) return;
          if (typeof type === "string") {
            if (type === "Readable" || type === "map" || type === "Buffer" || type === "any" || typeof value === type) {
              t[key] = value;
              return;
            }
            if (type === "string" && (typeof value === "number" || typeof value === "boolean")) {
              t[key] = value.toString();
              return;
            }
            if (type === "boolean") {
              if (value === 1 || value === 0) {
                t[key] = !!value;
                return;
              }
              if (value === "true" || value === "false") {
                t[key] = value === "true";
                return;
              }
            }
            if (type === "number" && typeof value === "string") {
              if (value.match(/^\d*$/)) {
                t[key] = parseInt(value);
                return;
              }
              if (value.match(/^[\.\d]*$/)) {
                t[key] = parseFloat(value);
                return;
              }
            }
            throw new Error("type of " + key + " is mismatch, expect " + type + ", but " + typeof value);
          }
          if (type.type === "map") {
            if (!(value instanceof Object)) throw new Error("type of " + key + " is mismatch, expect object, but " + typeof value);
            t[key] = value;
          } else if (type.type === "array") {
            if (!Array.isArray(value)) throw new Error("type of " + key + " is mismatch, expect array, but " + typeof value);
            typeof type.itemType === "function" ? t[key] = value.map(function(d) {
              if (isModelClass(type.itemType)) return cast(d, new type.itemType({}));
              return d;
            }) : t[key] = value;
          } else if (typeof type === "function") {
            if (!(value instanceof Object)) throw new Error("type of " + key + " is mismatch, expect object, but " + typeof value);
            if (isModelClass(type)) {
              t[key] = cast(value, new type({}));
              return;
            }
            t[key] = value;
          }
        });
        return t;
      }
      exports.cast = cast;
      function sleep(ms) {
        return new Promise(function(resolve) {
          setTimeout(resolve, ms);
        });
      }
      exports.sleep = sleep;
      function allowRetry(retry, retryTimes, startTime) {
        if (retryTimes === 0) return !0;
        if (retry.retryable !== !0) return !1;
        if (retry.policy === "never") return !1;
        if (retry.policy === "always") return !0;
        if (retry.policy === "simple") return retryTimes < retry["maxAttempts"];
        if (retry.policy === "timeout") return Date.now() - startTime < retry.timeout;
        if (retry.maxAttempts && typeof retry.maxAttempts === "number") return retry.maxAttempts >= retryTimes;
        return !1;
      }
      exports.allowRetry = allowRetry;
      function getBackoffTime(backoff, retryTimes) {
        if (retryTimes === 0) return 0;
        if (backoff.policy === "no") return 0;
        if (backoff.policy === "fixed") return backoff.period;
        if (backoff.policy === "random") {
          var min = backoff["minPeriod"];
          var max = backoff["maxPeriod"];
          return min + (max - min) * Math.random();
        }
        if (backoff.policy === "exponential") {
          var init = backoff.initial;
          var multiplier = backoff.multiplier;
          var time = init * Math.pow(1 + multiplier, retryTimes - 1);
          max = backoff.max;
          return Math.min(time, max);
        }
        if (backoff.policy === "exponential_random") {
          init = backoff.initial;
          multiplier = backoff.multiplier;
          time = init * Math.pow(1 + multiplier, retryTimes - 1);
          max = backoff.max;
          return Math.min(time * (.5 + Math.random()), max);
        }
        return 0;
      }
      exports.getBackoffTime = getBackoffTime;
      var UnretryableError = function(_super) {
        __extends(UnretryableError, _super);
        function UnretryableError(message) {
          var _this = _super.call(this, message) || this;
          _this.name = "UnretryableError";
          return _this;
        }
        return UnretryableError;
      }(Error);
      function newUnretryableError(request) {
        var e = new UnretryableError("");
        e.data = {
          lastRequest: request
        };
        return e;
      }
      exports.newUnretryableError = newUnretryableError;
      var RetryError = function(_super) {
        __extends(RetryError, _super);
        function RetryError(message) {
          var _this = _super.call(this, message) || this;
          _this.name = "RetryError";
          return _this;
        }
        return RetryError;
      }(Error);
      function retryError(request, response) {
        var e = new RetryError("");
        e.data = {
          request: request,
          response: response
        };
        return e;
      }
      exports.retryError = retryError;
      function isRetryable(err) {
        if (typeof err === "undefined" || err === null) return !1;
        return err.name === "RetryError";
      }
      exports.isRetryable = isRetryable;
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
      const $tea = __importStar(__nccwpck_require__(671));
      const kitx = __importStar(__nccwpck_require__(108));
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
    584: (__unused_webpack_module, exports, __nccwpck_require__) => {
      const zlib = __nccwpck_require__(594);
      const http = __nccwpck_require__(611);
      const https = __nccwpck_require__(692);
      const parse = __nccwpck_require__(16).parse;
      const format = __nccwpck_require__(16).format;
      const debugBody = __nccwpck_require__(310)("httpx:body");
      const debugHeader = __nccwpck_require__(310)("httpx:header");
      const httpAgent = new http.Agent({
        keepAlive: !0
      });
      const httpsAgent = new https.Agent({
        keepAlive: !0
      });
      const TIMEOUT = 3e3;
      const READ_TIMER = Symbol("TIMER::READ_TIMER");
      const READ_TIME_OUT = Symbol("TIMER::READ_TIME_OUT");
      const READ_TIMER_START_AT = Symbol("TIMER::READ_TIMER_START_AT");
      function decompress(response) {
        switch (response.headers["content-encoding"]) {
         case "gzip":
          return response.pipe(zlib.createGunzip());

         case "deflate":
          return response.pipe(zlib.createInflate());

         default:
          return response;
        }
      }
      var append = function(err, name, message) {
        err.name = name + err.name;
        err.message = `${message}. ${err.message}`;
        return err;
      };
      const isNumber = function(num) {
        return num !== null && !isNaN(num);
      };
      exports.request = function(url, opts) {
        opts || (opts = {});
        const parsed = typeof url === "string" ? parse(url) : url;
        let readTimeout, connectTimeout;
        if (isNumber(opts.readTimeout) || isNumber(opts.connectTimeout)) {
          readTimeout = isNumber(opts.readTimeout) ? Number(opts.readTimeout) : TIMEOUT;
          connectTimeout = isNumber(opts.connectTimeout) ? Number(opts.connectTimeout) : TIMEOUT;
        } else readTimeout = connectTimeout = isNumber(opts.timeout) ? Number(opts.timeout) : TIMEOUT;
        const isHttps = parsed.protocol === "https:";
        const method = (opts.method || "GET").toUpperCase();
        const defaultAgent = isHttps ? httpsAgent : httpAgent;
        const agent = opts.agent || defaultAgent;
        var options = {
          host: parsed.hostname || "localhost",
          path: parsed.path || "/",
          method: method,
          port: parsed.port || (parsed.protocol === "https:" ? 443 : 80),
          agent: agent,
          headers: opts.headers || {},
          key: opts.key || "",
          cert: opts.cert || "",
          ca: opts.ca || "",
          timeout: connectTimeout
        };
        isHttps && typeof opts.rejectUnauthorized !== "undefined" && (options.rejectUnauthorized = opts.rejectUnauthorized);
        opts.compression && (options.headers["accept-encoding"] = "gzip,deflate");
        const httplib = isHttps ? https : http;
        typeof opts.beforeRequest === "function" && (options = opts.beforeRequest(options));
        return new Promise((resolve, reject) => {
          const request = httplib.request(options);
          const body = opts.data;
          var fulfilled = response => {
            if (debugHeader.enabled) {
              const requestHeaders = response.req._header;
              requestHeaders.split("\r\n").forEach(line => {
                debugHeader("> %s", line);
              });
              debugHeader("< HTTP/%s %s %s", response.httpVersion, response.statusCode, response.statusMessage);
              Object.keys(response.headers).forEach(key => {
                debugHeader("< %s: %s", key, response.headers[key]);
              });
            }
            resolve(response);
          };
          var rejected = err => {
            err.message += `${method} ${format(parsed)} failed.`;
            request.socket && request.socket[READ_TIMER] && clearTimeout(request.socket[READ_TIMER]);
            reject(err);
          };
          var abort = err => {
            request.abort();
            rejected(err);
          };
          const startResponseTimer = function(socket) {
            const timer = setTimeout(() => {
              if (socket[READ_TIMER]) {
                clearTimeout(socket[READ_TIMER]);
                socket[READ_TIMER] = null;
              }
              var err = new Error;
              var message = `ReadTimeout(${readTimeout})`;
              abort(append(err, "RequestTimeout", message));
            }, readTimeout);
            socket[READ_TIME_OUT] = readTimeout;
            socket[READ_TIMER] = timer;
            socket[READ_TIMER_START_AT] = Date.now();
            timer.unref();
          };
          if (!body || "string" === typeof body || body instanceof Buffer) {
            debugBody.enabled && debugBody(body ? "string" === typeof body ? body : `Buffer <ignored>, Buffer length: ${body.length}` : "<no request body>");
            request.end(body);
          } else if ("function" === typeof body.pipe) {
            body.pipe(request);
            debugBody.enabled && debugBody("<request body is a stream>");
            body.once("error", err => {
              abort(append(err, "HttpX", "Stream occor error"));
            });
          }
          request.on("timeout", () => {
            var err = new Error;
            err.name = "RequestTimeoutError";
            err.message = `ConnectTimeout: Connect ${url} failed.`;
            request.destroy();
            reject(err);
          });
          request.on("response", fulfilled);
          request.on("error", rejected);
          request.once("socket", function(socket) {
            socket.readyState === "opening" ? socket.once("connect", function() {
              startResponseTimer(socket);
            }) : startResponseTimer(socket);
          });
        });
      };
      exports.read = function(response, encoding) {
        const readable = decompress(response);
        return new Promise((resolve, reject) => {
          const socket = response.socket || response.client;
          const makeReadTimeoutError = () => {
            const req = response.req;
            var err = new Error;
            err.name = "RequestTimeoutError";
            err.message = `ReadTimeout: ${socket[READ_TIME_OUT]}. ${req.method} ${req.path} failed.`;
            return err;
          };
          let readTimer;
          const oldReadTimer = socket[READ_TIMER];
          if (!oldReadTimer) {
            reject(makeReadTimeoutError());
            return;
          }
          const remainTime = socket[READ_TIME_OUT] - (Date.now() - socket[READ_TIMER_START_AT]);
          clearTimeout(oldReadTimer);
          if (remainTime <= 0) {
            reject(makeReadTimeoutError());
            return;
          }
          readTimer = setTimeout(function() {
            reject(makeReadTimeoutError());
          }, remainTime);
          var onError, onData, onEnd;
          var cleanup = function() {
            readable.removeListener("error", onError);
            readable.removeListener("data", onData);
            readable.removeListener("end", onEnd);
            readTimer && clearTimeout(readTimer);
          };
          const bufs = [];
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
            var buff = Buffer.concat(bufs, size);
            debugBody("");
            if (encoding) {
              const result = buff.toString(encoding);
              debugBody(result);
              return resolve(result);
            }
            debugBody.enabled && debugBody(buff.toString());
            resolve(buff);
          };
          readable.on("error", onError);
          readable.on("data", onData);
          readable.on("end", onEnd);
        });
      };
      function readyToRead(readable) {
        return new Promise((resolve, reject) => {
          var onReadable, onEnd, onError;
          var cleanup = function() {
            readable.removeListener("error", onError);
            readable.removeListener("end", onEnd);
            readable.removeListener("readable", onReadable);
          };
          onReadable = function() {
            cleanup();
            resolve(!1);
          };
          onEnd = function() {
            cleanup();
            resolve(!0);
          };
          onError = function(err) {
            cleanup();
            reject(err);
          };
          readable.once("readable", onReadable);
          readable.once("end", onEnd);
          readable.once("error", onError);
        });
      }
      class Event {
        constructor(id, event, data, retry) {
          this.id = id;
          this.event = event;
          this.data = data;
          this.retry = retry;
        }
      }
      exports.Event = Event;
      const DATA_PREFIX = "data:";
      const EVENT_PREFIX = "event:";
      const ID_PREFIX = "id:";
      const RETRY_PREFIX = "retry:";
      function isDigitsOnly(str) {
        for (let i = 0; i < str.length; i++) {
          const c = str.charAt(i);
          if (c < "0" || c > "9") return !1;
        }
        return str.length > 0;
      }
      function tryGetEvents(head, chunk) {
        const all = head + chunk;
        let start = 0;
        const events = [];
        for (let i = 0; i < all.length - 1; i++) {
          const c = all[i];
          const c2 = all[i + 1];
          if (c === "\n" && c2 === "\n") {
            const part = all.substring(start, i);
            const lines = part.split("\n");
            const event = new Event;
            lines.forEach(line => {
              if (line.startsWith(DATA_PREFIX)) event.data = line.substring(DATA_PREFIX.length).trim(); else if (line.startsWith(EVENT_PREFIX)) event.event = line.substring(EVENT_PREFIX.length).trim(); else if (line.startsWith(ID_PREFIX)) event.id = line.substring(ID_PREFIX.length).trim(); else if (line.startsWith(RETRY_PREFIX)) {
                const retry = line.substring(RETRY_PREFIX.length).trim();
                isDigitsOnly(retry) && (event.retry = parseInt(retry, 10));
              } else line.startsWith(":");
            });
            events.push(event);
            start = i + 2;
          }
        }
        const rest = all.substring(start);
        return [ events, rest ];
      }
      exports.readAsSSE = async function*(response) {
        const readable = decompress(response);
        const socket = response.socket || response.client;
        clearTimeout(socket[READ_TIMER]);
        let rest = "";
        while (1) {
          const ended = await readyToRead(readable);
          if (ended) return;
          let chunk;
          while (null !== (chunk = readable.read())) {
            const [events, remain] = tryGetEvents(rest, chunk.toString());
            rest = remain;
            if (events && events.length > 0) for (const event of events) yield event;
          }
        }
      };
    },
    108: (__unused_webpack_module, exports, __nccwpck_require__) => {
      const fs = __nccwpck_require__(896);
      const os = __nccwpck_require__(857);
      const crypto = __nccwpck_require__(982);
      exports.loadJSONSync = function(filename) {
        var content = fs.readFileSync(filename, "utf8");
        content.charCodeAt(0) === 65279 && (content = content.slice(1));
        try {
          return JSON.parse(content);
        } catch (err) {
          err.message = filename + ": " + err.message;
          throw err;
        }
      };
      exports.encode = function(str, encoding) {
        typeof str !== "string" && (str = "" + str);
        return Buffer.from(str, encoding);
      };
      exports.makeHasher = function(algorithm) {
        return function(data, encoding) {
          var shasum = crypto.createHash(algorithm);
          shasum.update(data);
          return shasum.digest(encoding);
        };
      };
      exports.createHash = exports.makeHasher;
      exports.md5 = exports.makeHasher("md5");
      exports.createHmac = function(algorithm) {
        return function(data, key, encoding) {
          return crypto.createHmac(algorithm, key).update(data).digest(encoding);
        };
      };
      exports.sha1 = exports.createHmac("sha1");
      exports.random = function(min, max) {
        return Math.floor(min + Math.random() * (max - min));
      };
      exports.makeNonce = function() {
        var counter = 0;
        var last;
        const machine = os.hostname();
        const pid = process.pid;
        return function() {
          var val = Math.floor(Math.random() * 1e12);
          val === last ? counter++ : counter = 0;
          last = val;
          var uid = `${machine}${pid}${val}${counter}`;
          return exports.md5(uid, "hex");
        };
      }();
      exports.pad2 = function(num) {
        if (num < 10) return "0" + num;
        return "" + num;
      };
      exports.pad3 = function(num) {
        if (num < 10) return "00" + num;
        if (num < 100) return "0" + num;
        return "" + num;
      };
      exports.getYYYYMMDD = function(date) {
        var YYYY = date.getFullYear();
        var MM = exports.pad2(date.getMonth() + 1);
        var DD = exports.pad2(date.getDate());
        return "" + YYYY + MM + DD;
      };
      exports.sleep = function(ms) {
        return new Promise(resolve => {
          setTimeout(resolve, ms);
        });
      };
      exports.getIPv4 = function() {
        var interfaces = os.networkInterfaces();
        var keys = Object.keys(interfaces);
        for (var i = 0; i < keys.length; i++) {
          var key = keys[i];
          var addresses = interfaces[key];
          for (var j = 0; j < addresses.length; j++) {
            var item = addresses[j];
            if (!item.internal && item.family === "IPv4") return item.address;
          }
        }
        return "";
      };
      exports.getMac = function() {
        var interfaces = os.networkInterfaces();
        var keys = Object.keys(interfaces);
        for (var i = 0; i < keys.length; i++) {
          var key = keys[i];
          var addresses = interfaces[key];
          for (var j = 0; j < addresses.length; j++) {
            var item = addresses[j];
            if (!item.internal && item.family === "IPv4") return item.mac;
          }
        }
        return "00:00:00:00:00:00";
      };
      exports.readAll = function(readable) {
        return new Promise((resolve, reject) => {
          var onError, onData, onEnd;
          var cleanup = function(err) {
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
      };
      class SimpleCryptoHelper {
        constructor(algorithm, key, iv) {
          this.algorithm = algorithm;
          this.key = key;
          this.iv = iv;
        }
        encrypt(data, inputEncoding, outputEncoding) {
          const cipher = crypto.createCipheriv(this.algorithm, this.key, this.iv);
          let output = cipher.update(data, inputEncoding, outputEncoding);
          output += cipher.final(outputEncoding);
          return output;
        }
        decrypt(encrypted, inputEncoding, outputEncoding) {
          const decipher = crypto.createDecipheriv(this.algorithm, this.key, this.iv);
          let output = decipher.update(encrypted, inputEncoding, outputEncoding);
          output += decipher.final(outputEncoding);
          return output;
        }
      }
      const helper = new SimpleCryptoHelper("aes-192-cbc", Buffer.from("keykeykeykeykeykeykeykey"), Buffer.from("abcdefghijklmnop"));
      exports.encrypt = function(data, inputEncoding, outputEncoding) {
        return helper.encrypt(data, inputEncoding, outputEncoding);
      };
      exports.decrypt = function(encrypted, inputEncoding, outputEncoding) {
        return helper.decrypt(encrypted, inputEncoding, outputEncoding);
      };
    },
    982: module => {
      module.exports = require("crypto");
    },
    896: module => {
      module.exports = require("fs");
    },
    611: module => {
      module.exports = require("http");
    },
    692: module => {
      module.exports = require("https");
    },
    857: module => {
      module.exports = require("os");
    },
    480: module => {
      module.exports = require("querystring");
    },
    801: module => {
      module.exports = lazily(() => require("./lazy/credentials.cjs"));
    },
    738: module => {
      module.exports = lazily(() => absent("@alicloud/gateway-spi"));
    },
    653: module => {
      module.exports = lazily(() => require("./lazy/xml.cjs"));
    },
    310: module => {
      module.exports = () => Object.assign(() => {}, {
        enabled: !1
      });
    },
    594: module => {
      module.exports = lazily(() => require("zlib"));
    },
    203: module => {
      module.exports = require("stream");
    },
    16: module => {
      module.exports = require("url");
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
    deploy: () => deploy,
    recover: () => recover,
    shared: () => shared
  });
  var lib = __nccwpck_require__(584);
  var kitx_lib = __nccwpck_require__(108);
  var tea = __nccwpck_require__(671);
  const external_node_http_namespaceObject = require("node:http");
  const log_namespaceObject = lazily(() => require("./lazy/log.cjs"));
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
  function getEnumValues(entries) {
    const numericValues = Object.values(entries).filter(v => typeof v === "number");
    const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
    return values;
  }
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
  function rawShape(def) {
    const desc = Object.getOwnPropertyDescriptor(def, "shape");
    return desc?.get ? desc.get.raw : desc?.value;
  }
  function sourceShape(schema) {
    return rawShape(schema._zod.def) ?? schema._zod.def.shape;
  }
  function deferProp(target, key, getter) {
    Object.defineProperty(target, key, {
      get() {
        const value = getter();
        assignProp(this, key, value);
        return value;
      },
      enumerable: !0,
      configurable: !0
    });
  }
  function putProp(target, key, value) {
    key in target ? assignProp(target, key, value) : target[key] = value;
  }
  function mirrorShape(target, source, keys, wrap) {
    const raw = sourceShape(source);
    for (const key of keys) {
      const desc = Object.getOwnPropertyDescriptor(raw, key);
      if (!desc.enumerable) continue;
      desc.get ? deferProp(target, key, () => {
        const value = source._zod.def.shape[key];
        return wrap ? wrap(value, key) : value;
      }) : putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
    }
  }
  function mirrorProps(target, source) {
    for (const key of Reflect.ownKeys(source)) {
      const desc = Object.getOwnPropertyDescriptor(source, key);
      if (!desc.enumerable) continue;
      desc.get ? deferProp(target, key, () => source[key]) : putProp(target, key, desc.value);
    }
  }
  function mergeDefs(...defs) {
    const mergedDescriptors = {};
    for (const def of defs) {
      const descriptors = Object.getOwnPropertyDescriptors(def);
      Object.assign(mergedDescriptors, descriptors);
    }
    return Object.defineProperties({}, mergedDescriptors);
  }
  const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
  function util_isObject(data) {
    return typeof data === "object" && data !== null && !Array.isArray(data);
  }
  function isPlainObject(o) {
    if (util_isObject(o) === !1) return !1;
    const ctor = o.constructor;
    if (ctor === void 0) return !0;
    if (typeof ctor !== "function") return !0;
    const prot = ctor.prototype;
    if (util_isObject(prot) === !1) return !1;
    if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === !1) return !1;
    return !0;
  }
  const propertyKeyTypes = new Set([ "string", "number", "symbol" ]);
  function escapeRegex(str) {
    return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
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
  const NUMBER_FORMAT_RANGES = (() => ({
    safeint: [ Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER ],
    int32: [ -2147483648, 2147483647 ],
    uint32: [ 0, 4294967295 ],
    float32: [ -34028234663852886e22, 34028234663852886e22 ],
    float64: [ -Number.MAX_VALUE, Number.MAX_VALUE ]
  }))();
  function extend(schema, shape) {
    if (!isPlainObject(shape)) throw new Error("Invalid input to extend: expected a plain object");
    const checks = schema._zod.def.checks;
    const hasChecks = checks && checks.length > 0;
    if (hasChecks) {
      const existingShape = sourceShape(schema);
      for (const key of Reflect.ownKeys(shape)) if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
    }
    return clone(schema, mergeDefs(schema._zod.def, {
      shape: extended(schema, shape)
    }));
  }
  function extended(schema, shape) {
    const newShape = {};
    mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
    mirrorProps(newShape, shape);
    return newShape;
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
  function util_issue(...args) {
    const [iss, input, inst] = args;
    if (typeof iss === "string") return {
      message: iss,
      code: "custom",
      input: input,
      inst: inst
    };
    return {
      ...iss
    };
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
  const NEVER = Object.freeze({
    status: "aborted"
  });
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
  const numericOriginMap = {
    number: "number",
    bigint: "bigint",
    object: "date"
  };
  const $ZodCheckLessThan = $constructor("$ZodCheckLessThan", (inst, def) => {
    $ZodCheck.init(inst, def);
    const origin = numericOriginMap[typeof def.value];
    inst._zod.check = payload => {
      if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
      payload.issues.push({
        origin: numericOriginMap[typeof payload.value] ?? origin,
        code: "too_big",
        maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
        input: payload.value,
        inclusive: def.inclusive,
        inst: inst,
        continue: !def.abort
      });
    };
  });
  const $ZodCheckGreaterThan = $constructor("$ZodCheckGreaterThan", (inst, def) => {
    $ZodCheck.init(inst, def);
    const origin = numericOriginMap[typeof def.value];
    inst._zod.check = payload => {
      if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
      payload.issues.push({
        origin: numericOriginMap[typeof payload.value] ?? origin,
        code: "too_small",
        minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
        input: payload.value,
        inclusive: def.inclusive,
        inst: inst,
        continue: !def.abort
      });
    };
  });
  const $ZodCheckNumberFormat = $constructor("$ZodCheckNumberFormat", (inst, def) => {
    $ZodCheck.init(inst, def);
    def.format = def.format || "float64";
    const isInt = def.format?.includes("int");
    const origin = isInt ? "int" : "number";
    const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
    inst._zod.check = payload => {
      const input = payload.value;
      if (isInt) {
        if (!Number.isInteger(input)) {
          payload.issues.push({
            expected: origin,
            format: def.format,
            code: "invalid_type",
            continue: !1,
            input: input,
            inst: inst
          });
          return;
        }
        if (!Number.isSafeInteger(input)) {
          input > 0 ? payload.issues.push({
            input: input,
            code: "too_big",
            maximum: Number.MAX_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst: inst,
            origin: origin,
            inclusive: !0,
            continue: !def.abort
          }) : payload.issues.push({
            input: input,
            code: "too_small",
            minimum: Number.MIN_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst: inst,
            origin: origin,
            inclusive: !0,
            continue: !def.abort
          });
          return;
        }
      }
      input < minimum && payload.issues.push({
        origin: "number",
        input: input,
        code: "too_small",
        minimum: minimum,
        inclusive: !0,
        inst: inst,
        continue: !def.abort
      });
      input > maximum && payload.issues.push({
        origin: "number",
        input: input,
        code: "too_big",
        maximum: maximum,
        inclusive: !0,
        inst: inst,
        continue: !def.abort
      });
    };
  });
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
  const $ZodCheckStringFormat = $constructor("$ZodCheckStringFormat", (inst, def) => {
    var _a, _b;
    $ZodCheck.init(inst, def);
    def.pattern ? (_a = inst._zod).check ?? (_a.check = payload => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value)) return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: def.format,
        input: payload.value,
        ...def.pattern ? {
          pattern: def.pattern.toString()
        } : {},
        inst: inst,
        continue: !def.abort
      });
    }) : (_b = inst._zod).check ?? (_b.check = () => {});
  });
  const $ZodCheckRegex = $constructor("$ZodCheckRegex", (inst, def) => {
    $ZodCheckStringFormat.init(inst, def);
    inst._zod.check = payload => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value)) return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: "regex",
        input: payload.value,
        pattern: def.pattern.toString(),
        inst: inst,
        continue: !def.abort
      });
    };
  });
  const anyString = /^[\s\S]{0,}$/;
  const number = /^-?\d+(?:\.\d+)?$/;
  const regexes_boolean = /^(?:true|false)$/i;
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
  const $ZodNumber = $constructor("$ZodNumber", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = number;
    inst._zod.parse = (payload, _ctx) => {
      if (def.coerce) try {
        payload.value = Number(payload.value);
      } catch (_) {}
      const input = payload.value;
      if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
      const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : Number.isFinite(input) ? void 0 : String(input) : void 0;
      payload.issues.push({
        expected: "number",
        code: "invalid_type",
        input: input,
        inst: inst,
        ...received ? {
          received: received
        } : {}
      });
      return payload;
    };
  });
  const $ZodNumberFormat = $constructor("$ZodNumberFormat", (inst, def) => {
    $ZodCheckNumberFormat.init(inst, def);
    $ZodNumber.init(inst, def);
  });
  const $ZodBoolean = $constructor("$ZodBoolean", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.pattern = regexes_boolean;
    inst._zod.parse = (payload, _ctx) => {
      if (def.coerce) try {
        payload.value = Boolean(payload.value);
      } catch (_) {}
      const input = payload.value;
      if (typeof input === "boolean") return payload;
      payload.issues.push({
        expected: "boolean",
        code: "invalid_type",
        input: input,
        inst: inst
      });
      return payload;
    };
  });
  const $ZodUnknown = $constructor("$ZodUnknown", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = payload => payload;
  });
  const $ZodNever = $constructor("$ZodNever", (inst, def) => {
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _ctx) => {
      payload.issues.push({
        expected: "never",
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
  const $ZodRecord = $constructor("$ZodRecord", (inst, def) => {
    $ZodType.init(inst, def);
    const memo = core_globalConfig.memoizer;
    memo?.attach(inst);
    inst._zod.parse = (payload, ctx) => {
      const input = payload.value;
      if (!isPlainObject(input)) {
        payload.issues.push({
          expected: "record",
          code: "invalid_type",
          input: input,
          inst: inst
        });
        return payload;
      }
      const proms = [];
      const values = def.keyType._zod.values;
      if (values && !def.partial) {
        payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
        const recordKeys = new Set;
        for (const key of values) if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
          recordKeys.add(typeof key === "number" ? key.toString() : key);
          if (key === "__proto__") continue;
          const keyResult = def.keyType._zod.run({
            value: key,
            issues: []
          }, ctx);
          if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
          if (keyResult.issues.length) {
            payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map(iss => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [ key ],
              inst: inst
            });
            continue;
          }
          const outKey = keyResult.value;
          if (outKey === "__proto__") continue;
          const result = def.valueType._zod.run({
            value: input[key],
            issues: []
          }, ctx);
          if (result instanceof Promise) proms.push(result.then(result => {
            result.issues.length && payload.issues.push(...prefixIssues(key, result.issues));
            payload.value[outKey] = result.value;
          })); else {
            result.issues.length && payload.issues.push(...prefixIssues(key, result.issues));
            payload.value[outKey] = result.value;
          }
        }
        let unrecognized;
        for (const key in input) if (!recordKeys.has(key)) if (def.mode === "loose") {
          if (key === "__proto__") continue;
          payload.value[key] = input[key];
        } else {
          unrecognized = unrecognized ?? [];
          unrecognized.push(key);
        }
        unrecognized && unrecognized.length > 0 && payload.issues.push({
          code: "unrecognized_keys",
          input: input,
          inst: inst,
          keys: unrecognized,
          continue: !0
        });
      } else {
        payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
        let unrecognized;
        for (const key of Reflect.ownKeys(input)) {
          if (key === "__proto__") continue;
          if (!Object.prototype.propertyIsEnumerable.call(input, key)) continue;
          let keyResult = def.keyType._zod.run({
            value: key,
            issues: []
          }, ctx);
          if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
          const checkNumericKey = typeof key === "string" && number.test(key) && keyResult.issues.length;
          if (checkNumericKey) {
            const retryResult = def.keyType._zod.run({
              value: Number(key),
              issues: []
            }, ctx);
            if (retryResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
            retryResult.issues.length === 0 && (keyResult = retryResult);
          }
          if (keyResult.issues.length) {
            if (def.mode === "loose") payload.value[key] = input[key]; else if (values) {
              unrecognized = unrecognized ?? [];
              unrecognized.push(key);
            } else payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map(iss => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [ key ],
              inst: inst
            });
            continue;
          }
          const outKey = keyResult.value;
          if (outKey === "__proto__") continue;
          const result = def.valueType._zod.run({
            value: input[key],
            issues: []
          }, ctx);
          if (result instanceof Promise) proms.push(result.then(result => {
            result.issues.length && payload.issues.push(...prefixIssues(key, result.issues));
            payload.value[outKey] = result.value;
          })); else {
            result.issues.length && payload.issues.push(...prefixIssues(key, result.issues));
            payload.value[outKey] = result.value;
          }
        }
        unrecognized && unrecognized.length > 0 && payload.issues.push({
          code: "unrecognized_keys",
          input: input,
          inst: inst,
          keys: unrecognized,
          continue: !0
        });
      }
      if (proms.length) return Promise.all(proms).then(() => payload);
      return payload;
    };
  });
  const $ZodEnum = $constructor("$ZodEnum", (inst, def) => {
    $ZodType.init(inst, def);
    const values = getEnumValues(def.entries);
    const valuesSet = new Set(values);
    inst._zod.values = valuesSet;
    defineLazyInternal(inst, "pattern", zod => {
      const patternValues = getEnumValues(zod.def.entries).filter(k => propertyKeyTypes.has(typeof k));
      return new RegExp(patternValues.length ? `^(${patternValues.map(o => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
    });
    inst._zod.parse = (payload, _ctx) => {
      const input = payload.value;
      if (valuesSet.has(input)) return payload;
      payload.issues.push({
        code: "invalid_value",
        values: values,
        input: input,
        inst: inst
      });
      return payload;
    };
  });
  const $ZodLiteral = $constructor("$ZodLiteral", (inst, def) => {
    $ZodType.init(inst, def);
    const values = new Set(def.values);
    inst._zod.values = values;
    defineLazyInternal(inst, "pattern", zod => {
      const vals = zod.def.values;
      return new RegExp(vals.length ? `^(${vals.map(o => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
    });
    inst._zod.parse = (payload, _ctx) => {
      const input = payload.value;
      if (values.has(input)) return payload;
      payload.issues.push({
        code: "invalid_value",
        values: def.values,
        input: input,
        inst: inst
      });
      return payload;
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
  const $ZodCustom = $constructor("$ZodCustom", (inst, def) => {
    $ZodCheck.init(inst, def);
    $ZodType.init(inst, def);
    inst._zod.parse = (payload, _) => payload;
    inst._zod.check = payload => {
      const input = payload.value;
      const r = def.fn(input);
      if (r instanceof Promise) return r.then(r => handleRefineResult(r, payload, input, inst));
      handleRefineResult(r, payload, input, inst);
      return;
    };
  });
  function handleRefineResult(result, payload, input, inst) {
    if (!result) {
      const _iss = {
        code: "custom",
        input: input,
        inst: inst,
        path: [ ...inst._zod.def.path ?? [] ],
        continue: !inst._zod.def.abort
      };
      inst._zod.def.params && (_iss.params = inst._zod.def.params);
      payload.issues.push(util_issue(_iss));
    }
  }
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
  function _int(Class, params) {
    return new Class({
      type: "number",
      check: "number_format",
      abort: !1,
      format: "safeint",
      ...normalizeParams(params)
    });
  }
  function _boolean(Class, params) {
    return new Class({
      type: "boolean",
      ...normalizeParams(params)
    });
  }
  function _unknown(Class) {
    return new Class({
      type: "unknown"
    });
  }
  function _never(Class, params) {
    return new Class({
      type: "never",
      ...normalizeParams(params)
    });
  }
  function _lte(value, params) {
    return new $ZodCheckLessThan({
      check: "less_than",
      ...normalizeParams(params),
      value: value,
      inclusive: !0
    });
  }
  function _gt(value, params) {
    return new $ZodCheckGreaterThan({
      check: "greater_than",
      ...normalizeParams(params),
      value: value,
      inclusive: !1
    });
  }
  function _gte(value, params) {
    return new $ZodCheckGreaterThan({
      check: "greater_than",
      ...normalizeParams(params),
      value: value,
      inclusive: !0
    });
  }
  function _positive(params) {
    return _gt(0, params);
  }
  function _minLength(minimum, params) {
    return new $ZodCheckMinLength({
      check: "min_length",
      ...normalizeParams(params),
      minimum: minimum
    });
  }
  function _regex(pattern, params) {
    return new $ZodCheckRegex({
      check: "string_format",
      format: "regex",
      ...normalizeParams(params),
      pattern: pattern
    });
  }
  function _refine(Class, fn, _params) {
    const schema = new Class({
      type: "custom",
      check: "custom",
      fn: fn,
      ...normalizeParams(_params)
    });
    return schema;
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
  const ZodMiniNumber = $constructor("ZodMiniNumber", (inst, def) => {
    $ZodNumber.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  const ZodMiniNumberFormat = $constructor("ZodMiniNumberFormat", (inst, def) => {
    $ZodNumberFormat.init(inst, def);
    ZodMiniNumber.init(inst, def);
  });
  function schemas_int(params) {
    return _int(ZodMiniNumberFormat, params);
  }
  const ZodMiniBoolean = $constructor("ZodMiniBoolean", (inst, def) => {
    $ZodBoolean.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function schemas_boolean(params) {
    return _boolean(ZodMiniBoolean, params);
  }
  const ZodMiniUnknown = $constructor("ZodMiniUnknown", (inst, def) => {
    $ZodUnknown.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function unknown() {
    return _unknown(ZodMiniUnknown);
  }
  const ZodMiniNever = $constructor("ZodMiniNever", (inst, def) => {
    $ZodNever.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function never(params) {
    return _never(ZodMiniNever, params);
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
  function strictObject(shape, params) {
    return new ZodMiniObject({
      type: "object",
      shape: shape,
      catchall: never(),
      ...normalizeParams(params)
    });
  }
  function looseObject(shape, params) {
    return new ZodMiniObject({
      type: "object",
      shape: shape,
      catchall: unknown(),
      ...normalizeParams(params)
    });
  }
  function schemas_extend(schema, shape) {
    return extend(schema, shape);
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
  const ZodMiniRecord = $constructor("ZodMiniRecord", (inst, def) => {
    $ZodRecord.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function record(keyType, valueType, params) {
    if (!valueType || !valueType._zod) return new ZodMiniRecord({
      type: "record",
      keyType: schemas_string(),
      valueType: keyType,
      ...normalizeParams(valueType)
    });
    return new ZodMiniRecord({
      type: "record",
      keyType: keyType,
      valueType: valueType,
      ...normalizeParams(params)
    });
  }
  const ZodMiniEnum = $constructor("ZodMiniEnum", (inst, def) => {
    $ZodEnum.init(inst, def);
    ZodMiniType.init(inst, def);
    inst.options = [ ...inst._zod.values ];
  });
  function schemas_enum(values, params) {
    const entries = Array.isArray(values) ? Object.fromEntries(values.map(v => [ v, v ])) : values;
    return new ZodMiniEnum({
      type: "enum",
      entries: entries,
      ...normalizeParams(params)
    });
  }
  const ZodMiniLiteral = $constructor("ZodMiniLiteral", (inst, def) => {
    $ZodLiteral.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function literal(value, params) {
    return new ZodMiniLiteral({
      type: "literal",
      values: Array.isArray(value) ? value : [ value ],
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
  const ZodMiniCustom = $constructor("ZodMiniCustom", (inst, def) => {
    $ZodCustom.init(inst, def);
    ZodMiniType.init(inst, def);
  });
  function refine(fn, _params = {}) {
    return _refine(ZodMiniCustom, fn, _params);
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
  function parseTyped(json) {
    return parse_parse(json, void 0, digits => /^-?[0-9]{1,40}$/.test(digits) ? BigInt(digits) : Number(digits));
  }
  const LONGEST_TEXT = 16384;
  function redacted(json, redact, compared) {
    if (typeof json === "string") return redact(json.slice(0, LONGEST_TEXT));
    if (Array.isArray(json)) return json.map(item => redacted(item, redact, compared));
    if (typeof json !== "object" || json === null) return json;
    const member = ([name, value]) => [ name, compared.has(name) ? value : redacted(value, redact, compared) ];
    return Object.fromEntries(Object.entries(json).map(member));
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
  const external_replaced_http_proxy_agent_namespaceObject = lazily(() => require("./lazy/proxy-agents.cjs"));
  const external_replaced_https_proxy_agent_namespaceObject = lazily(() => require("./lazy/proxy-agents.cjs"));
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
    const agent = url.protocol === "https:" ? tunnel(proxy) : new external_replaced_http_proxy_agent_namespaceObject.HttpProxyAgent(proxy.href);
    agents.set(key, agent);
    return agent;
  }
  function shownProxy(url) {
    const proxy = proxyFor(url);
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
  function brokenProxies(environment) {
    return VARIABLES.filter(name => (environment[name] ?? "") !== "" && !readProxy(environment[name] ?? ""));
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
  const external_node_https_namespaceObject = require("node:https");
  const external_node_net_namespaceObject = require("node:net");
  const LONGEST_IDLE = 1e4;
  const origins = new Map;
  function preconnect(url, count) {
    if (proxyFor(url) !== void 0) return () => {};
    const origin = origins.get(url.origin) ?? newOrigin(url);
    origins.set(url.origin, origin);
    const opened = [];
    try {
      for (let left = count; left > 0; left -= 1) opened.push(openAhead(origin, url));
    } catch {}
    return () => {
      for (const one of opened) origin.open.has(one) && one.socket.destroy();
    };
  }
  function preconnectedAgent(url) {
    return origins.get(url.origin)?.agent;
  }
  function newOrigin(url) {
    const isTls = url.protocol === "https:";
    const agent = isTls ? new external_node_https_namespaceObject.Agent({
      keepAlive: !0
    }) : new external_node_http_namespaceObject.Agent({
      keepAlive: !0
    });
    const create = agent.createConnection.bind(agent);
    const open = new Set;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const target = {
      host: host,
      port: url.port || (isTls ? 443 : 80),
      ...isTls && {
        rejectUnauthorized: !0,
        servername: (0, external_node_net_namespaceObject.isIP)(host) === 0 ? host : ""
      }
    };
    agent.createConnection = (options, done) => taken(open) ?? create(options, done);
    return {
      agent: agent,
      open: open,
      connect: () => create(target)
    };
  }
  function openAhead({connect: connect, open: open}, url) {
    const socket = connect().unref();
    const one = {
      socket: socket,
      established: !1
    };
    open.add(one);
    const expire = setTimeout(() => open.has(one) && socket.destroy(), LONGEST_IDLE).unref();
    socket.on("error", ignoreError);
    socket.once("close", () => {
      clearTimeout(expire);
      open.delete(one);
    });
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
      one.established = !0;
      socket.resume();
    });
    return one;
  }
  function ignoreError() {}
  function taken(open) {
    const one = [ ...open ].find(({socket: socket, established: established}) => established && socket.readyState === "open");
    if (one === void 0) return;
    open.delete(one);
    return one.socket.off("error", ignoreError).ref();
  }
  let routed = !1;
  function installAgent() {
    if (routed) return;
    routed = !0;
    process.noDeprecation = !0;
    const {request: request} = lib;
    lib.request = (address, options) => {
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
  async function call(to, rpc) {
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
  function withStop(text) {
    const bare = withoutStop(text);
    return /[!?。！？…]$/u.test(bare) ? bare : `${bare}.`;
  }
  function withoutStop(text) {
    return text.replace(/[\s.]+$/, "");
  }
  function quoted(text) {
    return `"${oneLine(text, 60).replace(/"/g, '\\"')}"`;
  }
  function inMarkdown(text, limit = LIMIT) {
    return cut(text, limit).replace(INVISIBLE, " ").trim().replace(/[!#$&*<>@[\\\]^_`{|}~]|^[-+=:]|(?<=^[0-9]{1,9})[.)]/g, mark => `&#${mark.charCodeAt(0)};`).replace(/(?:&#(?:64|35);|www|(?::|&#58;)(?=\/)|gh-(?=[0-9]))(?=.)/gi, mark => `${mark}${NOTHING}`);
  }
  const NOTHING = "<i></i>";
  function inTicks(text) {
    const longest = Math.max(0, ...[ ...text.matchAll(/`+/g) ].map(([run]) => run.length));
    if (longest === 0) return `\`${text}\``;
    const ticks = "`".repeat(longest + 1);
    return `${ticks} ${text} ${ticks}`;
  }
  const SPAN = /(?<!`)(`+)(?!`)([\s\S]+?)(?<!`)\1(?!`)/g;
  function isOurs([, ticks = "", inner = ""]) {
    return ticks.length === 1 || /^ [\s\S]*`[\s\S]* $/.test(inner);
  }
  function asSentence(text, limit = LIMIT) {
    const whole = cut(text, limit);
    const spans = [ ...whole.matchAll(SPAN) ].filter(isOurs);
    const starts = [ 0, ...spans.map(span => span.index + span[0].length) ];
    const texts = starts.map((start, index) => whole.slice(start, spans[index]?.index));
    if (texts.some(part => part.includes("`"))) return inMarkdown(text, limit);
    return texts.map((part, index) => `${spaced(part, limit)}${asCode(spans[index]?.[2] ?? "", limit)}`).join("");
  }
  function spaced(text, limit) {
    const [, before = "", after = ""] = /^(\s?)[\s\S]*?(\s?)$/.exec(text) ?? [];
    const inner = inMarkdown(text, limit);
    return inner === "" ? before : `${before && " "}${inner}${after && " "}`;
  }
  function asBlock(text, language) {
    const longest = Math.max(2, ...[ ...text.matchAll(/`+/g) ].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    const lines = text.split("\n").map(line => line.replace(INVISIBLE, codePoint));
    return [ `${fence}${language}`, ...lines, fence ].join("\n");
  }
  function asCode(text, limit = LIMIT) {
    const line = cut(text, limit).replace(INVISIBLE, " ").trim();
    if (line === "") return "";
    return `<code>${inMarkdown(line, limit)}</code>`;
  }
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
  const NANOSECONDS = /^[0-9]{19}$/;
  const EARLIEST = Date.UTC(2015, 0, 1);
  const LATEST = Date.UTC(2100, 0, 1);
  const LATEST_OF_IDS = Number(2n ** 63n / 1000000n);
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
  function instantOfId(id) {
    return NANOSECONDS.test(id) ? plausible(Number(BigInt(id) / 1000000n), LATEST_OF_IDS) : void 0;
  }
  function plausible(instant, latest) {
    return instant >= EARLIEST && instant < latest ? instant : void 0;
  }
  function instantText(instant) {
    return `${new Date(instant).toISOString().slice(0, 19)}Z`;
  }
  function clockText(instant) {
    return `${instantText(instant).replace("T", " ").slice(0, -1)} UTC`;
  }
  const SKEW = 2000000000n;
  const SAME_CLOCK = 0n;
  function isBefore(one, other, skew = SKEW) {
    if (instantOfId(one) === void 0 || instantOfId(other) === void 0) return !1;
    return BigInt(one) + skew < BigInt(other);
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
        const reply = await call(sts, {
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
  function identityOf(source) {
    const who = source.kind === "keys" && source.keys.securityToken === void 0 ? source.keys.accessKeyId : "";
    const role = source.kind === "oidc" ? source.role.roleArn : source.kind === "oidc-file" ? source.file.roleArn : "";
    return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(`${source.from} ${who} ${role}`).digest("hex").slice(0, 32);
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
  const VERIFY_LIMIT = 3e4;
  const ROLLBACK_VERIFY_LIMIT = 5e3;
  const HURRIED_VERIFY_LIMIT = 4e3;
  const ROLLBACK_ATTEMPTS = 6;
  const READ_ROUNDS = 3;
  const HURRIED_READ_LIMIT = 6e3;
  const FIRST_RETRY = 400;
  const LONGEST_RETRY = 5e3;
  const MOST_TRIES = 6;
  const FIRST_PAUSE_THROTTLED = 1e3;
  const LONGEST_PAUSE_THROTTLED = 3e4;
  const LONGEST_PAUSE_ROLLBACK = 1e4;
  const LONGEST_RETRY_AFTER = 6e4;
  const THROTTLED_RETRY_LIMIT = 6e5;
  const ROLLBACK_RETRY_LIMIT = 18e5;
  const FIRST_LOOK = 150;
  const LONGEST_LOOK = 3e3;
  function pauseWithin({atLeast: atLeast, atMost: atMost}, random) {
    return atLeast + random * (atMost - atLeast);
  }
  function retryPause(fault, tries) {
    if (!fault.transient || isSpent(fault, tries)) return;
    const wished = Math.min(fault.retryAfter ?? 0, LONGEST_RETRY_AFTER);
    const {atLeast: atLeast, atMost: atMost} = fault.throttled ? throttledPause(tries) : transientPause(tries);
    const longer = fault.throttled ? wished + (atMost - atLeast) : wished;
    return {
      kind: "wait",
      atLeast: Math.max(atLeast, wished),
      atMost: Math.max(atMost, longer),
      purpose: "retry",
      why: `${fault.code} on ${fault.operation}`
    };
  }
  function isSpent(fault, {count: count, throttled: throttled = 0, since: since, now: now, rollback: rollback}) {
    if (rollback) return now - since >= ROLLBACK_RETRY_LIMIT;
    if ((fault.retryAfter ?? 0) > LONGEST_RETRY_AFTER) return !0;
    return fault.throttled ? now - since >= THROTTLED_RETRY_LIMIT : count - throttled >= MOST_TRIES;
  }
  function throttledPause({pause: pause, rollback: rollback}) {
    const reach = 3 * Math.max(FIRST_PAUSE_THROTTLED, pause);
    const longest = rollback ? LONGEST_PAUSE_ROLLBACK : LONGEST_PAUSE_THROTTLED;
    return {
      atLeast: FIRST_PAUSE_THROTTLED,
      atMost: Math.min(longest, reach)
    };
  }
  function transientPause({count: count, throttled: throttled = 0}) {
    const atMost = doubled(FIRST_RETRY, LONGEST_RETRY, count - throttled - 1);
    return {
      atLeast: atMost / 2,
      atMost: atMost
    };
  }
  function lookPause(looks) {
    const atMost = doubled(FIRST_LOOK, LONGEST_LOOK, looks);
    return {
      kind: "wait",
      atLeast: atMost / 2,
      atMost: atMost,
      purpose: "look",
      why: "the deployment does not show yet"
    };
  }
  function doubled(first, longest, times) {
    return Math.min(longest, first * 2 ** Math.max(0, times));
  }
  const CLOSE = 1e3;
  const LONGEST_FOR_WRITES = 1e4;
  const KEPT_AFTER_SUCCESS = .7;
  const SHORTEST_GAP = 50;
  const UNBOUND = {
    throttled: !1,
    gap: 0,
    gapBeforeWrite: CLOSE
  };
  function refused({gapBeforeWrite: gapBeforeWrite}, pause, isWrite) {
    if (!isWrite) return {
      throttled: !0,
      gap: pause,
      gapBeforeWrite: gapBeforeWrite
    };
    return {
      throttled: !0,
      gap: Math.min(pause, LONGEST_FOR_WRITES),
      gapBeforeWrite: Math.min(2 * gapBeforeWrite, LONGEST_FOR_WRITES)
    };
  }
  function rate_limit_taken({throttled: throttled, gap: gap, gapBeforeWrite: gapBeforeWrite}, isWrite) {
    const next = gap * KEPT_AFTER_SUCCESS;
    return {
      throttled: throttled,
      gap: next < SHORTEST_GAP ? 0 : next,
      gapBeforeWrite: isWrite ? CLOSE : gapBeforeWrite
    };
  }
  function gapBefore({gap: gap, gapBeforeWrite: gapBeforeWrite}, {isWrite: isWrite, rollback: rollback}) {
    const longest = isWrite ? gapBeforeWrite : rollback ? LONGEST_PAUSE_ROLLBACK : gap;
    return Math.min(gap, longest);
  }
  function rateLimiter({now: now, sleep: sleep, hurry: hurry}) {
    let pace = UNBOUND;
    let last = Number.NEGATIVE_INFINITY;
    let refusedAt = Number.NEGATIVE_INFINITY;
    let underWay = 0;
    let waiting = [];
    const turn = async calling => {
      for (let held = !1; ;held = !0) {
        if (!pace.throttled) return held;
        const left = hurry.aborted ? 0 : last + gapBefore(pace, calling) - now();
        if (underWay > 0) await new Promise(done => waiting.push(done)); else {
          if (!(left > 0)) return held;
          await sleep(left);
        }
      }
    };
    const end = () => {
      underWay -= 1;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    };
    const pauseFor = (fault, tries) => {
      const wait = retryPause(fault, {
        ...tries,
        now: now(),
        pause: pace.gap
      });
      return wait === void 0 ? void 0 : drawn(wait);
    };
    const refuse = (fault, begun, {isWrite: isWrite, rollback: rollback}) => {
      const pause = pauseFor(fault, {
        count: 1,
        throttled: 1,
        since: now(),
        rollback: rollback
      }) ?? pace.gap;
      pace = refused(pace, begun <= refusedAt ? Math.max(pace.gap, fault.retryAfter ?? 0) : pause, isWrite);
      refusedAt = now();
      last = refusedAt;
    };
    return {
      schedule: async (calling, call) => {
        const asked = now();
        const held = await turn(calling);
        underWay += 1;
        const begun = now();
        last = begun;
        try {
          const result = await call(held ? begun - asked : 0);
          result.ok ? pace = rate_limit_taken(pace, calling.isWrite) : result.error.fault.throttled && refuse(result.error.fault, begun, calling);
          return result;
        } finally {
          end();
        }
      },
      pauseAfter: (fault, tries) => {
        const drawnAlready = last + pace.gap - now();
        const pause = pauseFor(fault, tries);
        return pause !== void 0 && fault.throttled ? Math.max(0, drawnAlready) : pause;
      }
    };
  }
  function drawn({atLeast: atLeast, atMost: atMost}) {
    return atLeast + Math.random() * (atMost - atLeast);
  }
  const UPLOAD_OPERATIONS = [ "CommitRoutineStagingCode", "CreateRoutine", "CreateRoutineWithAssetsCodeVersion", "DeleteRoutineCodeVersion", "GetRoutineCodeVersionInfo", "GetRoutineStagingCodeUploadInfo", "ListEdgeRoutinePlans" ];
  const WRITES = new Set([ "CommitRoutineStagingCode", "CreateRoutine", "CreateRoutineCodeDeployment", "CreateRoutineWithAssetsCodeVersion", "DeleteRoutineCodeVersion" ]);
  const transport_VERSION = "2024-09-10";
  function transport(esa, keysNow) {
    return async (action, body) => {
      const keys = await keysNow();
      if (!keys.ok) return {
        kind: "unsigned",
        fault: keys.error
      };
      return call(esa, {
        action: action,
        version: transport_VERSION,
        body: body,
        keys: keys.value
      });
    };
  }
  const BUSY = throttled("The service is busy or this configuration is being changed at the same moment. Run again, and give the job a `concurrency` group so that two runs never write the same routine at once.");
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
    "Site.ServiceBusy": BUSY,
    TooManyRequests: BUSY,
    LockFailed: BUSY,
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
  const NAME_HASH_LENGTH = 6;
  function isHashedName(path) {
    const file = path.slice(path.lastIndexOf("/") + 1);
    const [first = "", ...parts] = file.split(/[.-]/);
    return isHash(first, 16) || parts.slice(0, -1).some(part => isHash(part, 8)) || hasBase64(file);
  }
  function hasBase64(file) {
    const [, part = ""] = /[-.]([\w-]{8})(?:\.\w+)+$/.exec(file) ?? [];
    return /[a-z]/.test(part) && /.[A-Z]/.test(part);
  }
  function isHash(part, least) {
    if (part.length < least || !/^\w+$/.test(part)) return !1;
    const isBase32 = /^[A-Z2-7]{8}$/.test(part);
    return isBase32 || /[0-9]/.test(part) && /[A-Za-z]/.test(part) && !/^[0-9]+x[0-9]+$/.test(part);
  }
  function sketchOf(hashes, most) {
    const distinct = [ ...new Set(hashes) ].toSorted();
    return {
      count: distinct.length,
      hashes: distinct.slice(0, Math.max(0, most))
    };
  }
  function lacking(wanted, having) {
    const known = new Set(having.hashes);
    const isWhole = having.hashes.length >= having.count;
    const last = having.hashes.at(-1);
    const sought = wanted.hashes.filter(hash => isWhole || last !== void 0 && hash <= last);
    const missing = sought.filter(hash => !known.has(hash)).length;
    return {
      missing: missing,
      of: sought.length,
      exact: sought.length >= wanted.count
    };
  }
  function assetNamesText({count: count, hashes: hashes}) {
    return `${count}:${hashes.join("")}`;
  }
  function readAssetNames(text) {
    if (typeof text !== "string") return;
    const read = /^(0|[1-9][0-9]{0,6}):((?:[0-9a-f]{6}){0,500})$/.exec(text);
    if (read === null) return;
    const count = Number(read[1]);
    const hashes = read[2]?.match(/.{6}/g) ?? [];
    const written = sketchOf(hashes, count);
    return written.hashes.join() === hashes.join() ? {
      count: count,
      hashes: hashes
    } : void 0;
  }
  const LONGEST = 1024;
  const LONGEST_TEXTS = {
    id: 64,
    message: 80,
    branch: 60,
    repository: 100
  };
  function extraInfoText({commit: commit, digest: digest, uploadId: uploadId, nameHashes: nameHashes}) {
    const fixed = {
      Source: "Github",
      Branch: extra_info_short(commit.branch, LONGEST_TEXTS.branch),
      CommitId: extra_info_short(commit.id, LONGEST_TEXTS.id),
      CommitMessage: extra_info_short(subjectOf(commit.message), LONGEST_TEXTS.message),
      Repository: extra_info_short(commit.repository, LONGEST_TEXTS.repository),
      Digest: digest,
      UploadId: uploadId
    };
    if (nameHashes === void 0) return JSON.stringify(fixed);
    const bare = JSON.stringify({
      ...fixed,
      AssetNames: assetNamesText(sketchOf(nameHashes, 0))
    });
    const room = Math.floor((LONGEST - (new TextEncoder).encode(bare).length) / NAME_HASH_LENGTH);
    return JSON.stringify({
      ...fixed,
      AssetNames: assetNamesText(sketchOf(nameHashes, room))
    });
  }
  function extra_info_short(text, most) {
    return [ ...oneLine(text, most) ].slice(0, most).join("");
  }
  function subjectOf(message) {
    return /^[^\r\n]*/.exec(message.trim())?.[0].trim() ?? "";
  }
  function readExtraInfo(text) {
    const {Digest: Digest, UploadId: UploadId, AssetNames: AssetNames} = membersOf(text);
    return {
      digest: matching(Digest, /^[0-9a-f]{64}$/),
      uploadId: matching(UploadId, /^[0-9a-f-]{36}$/),
      assetNames: readAssetNames(AssetNames)
    };
  }
  function membersOf(text) {
    try {
      return {
        ...JSON.parse(text ?? "")
      };
    } catch {
      return {};
    }
  }
  function matching(value, form) {
    return typeof value === "string" && form.test(value) ? value : void 0;
  }
  const codeVersion = schemas_string().check(_regex(/^(?:[0-9]{1,32}|unstable)$/));
  const deployId = schemas_nullish(schemas_string().check(_regex(/^[0-9A-Fa-f-]{0,64}$/)));
  const wholeNumber = schemas_string().check(_regex(/^[0-9]{1,9}$/));
  const deployedVersion = object({
    CodeVersion: codeVersion,
    Percentage: schemas_string().check(_regex(/^(?:0|[1-9][0-9]?|100)$/)),
    Description: optionalText,
    CreateTime: optionalText
  });
  const codeDeploy = object({
    DeployId: deployId,
    CreationTime: optionalText,
    CodeVersions: optional(array(deployedVersion))
  });
  const environment = object({
    Env: schemas_string(),
    CodeVersion: optional(unknown()),
    CanaryCodeVersion: optional(unknown()),
    CodeDeploy: optional(codeDeploy)
  });
  const versionAlone = optional(union([ literal(""), codeVersion ]));
  const getRoutine = object({
    RequestId: pipe(schemas_string().check(_minLength(1)), transform(text => idIn(text))),
    DefaultRelatedRecord: optional(unknown()),
    Envs: optional(array(looseObject({
      Env: schemas_string()
    })))
  });
  function liveAnswer(env) {
    return pipe(getRoutine, transform((routine, context) => {
      const live = liveIn(routine, env);
      const elsewhere = () => liveIn(routine, otherThan(env));
      if (live.ok) return {
        RequestId: routine.RequestId,
        live: withHost(live.value, routine.DefaultRelatedRecord),
        elsewhere: elsewhere
      };
      context.issues.push({
        code: "custom",
        message: live.error,
        input: routine
      });
      return NEVER;
    }));
  }
  const DOMAIN = /^(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,63}$/;
  function withHost(live, host) {
    return live.kind === "serving" && typeof host === "string" && DOMAIN.test(host) ? {
      ...live,
      host: host
    } : live;
  }
  const listedVersion = object({
    CodeVersion: codeVersion,
    CodeDescription: optionalText,
    CreateTime: optionalText,
    Status: optionalText,
    DeployEnv: optionalText,
    ExtraInfo: optional(unknown())
  });
  const listRoutineCodeVersions = object({
    RequestId: requestId,
    TotalCount: schemas_nullish(wholeNumber),
    CodeVersions: optional(array(listedVersion))
  }).check(refine(listed => listed.CodeVersions !== void 0 || listed.TotalCount === "0", "no CodeVersions"));
  const createRoutineCodeDeployment = object({
    RequestId: requestId,
    DeploymentId: pipe(optionalText, transform(idIn))
  }).check(refine(told => told.RequestId !== "" || told.DeploymentId !== "", "neither RequestId nor DeploymentId"));
  const COMPARED = new Set([ "Env", "DeployEnv", "Status", "Percentage", "TotalCount", "NotFoundStrategy" ]);
  function liveIn(routine, env) {
    const entries = routine.Envs ?? [];
    const named = entries.filter(entry => entry.Env.trim().toLowerCase() === env);
    const strange = entries.map(entry => entry.Env).filter(name => !ENVIRONMENTS.has(name));
    if (named.length > 1) return odd(`${env} is there ${named.length} times`);
    if (named.length === 0 && strange.length > 0) return odd(`${env} is not among the environments, but ${list(strange)}`);
    if (named[0] === void 0) return answers_NOTHING;
    if (named[0].Env !== env) return odd(`${env} is spelt ${list([ named[0].Env ])}`);
    const read = environment.safeParse(named[0]);
    return read.success ? servedBy(read.data) : odd(`${env} is not as documented: ${problemsIn(read.error)}`);
  }
  const ENVIRONMENTS = new Set([ "staging", "production" ]);
  function otherThan(env) {
    return env === "staging" ? "production" : "staging";
  }
  const answers_NOTHING = succeeded({
    kind: "nothing"
  });
  function servedBy(entry) {
    const {Env: env, CodeDeploy: CodeDeploy = {}} = entry;
    const {CodeVersions: listed, DeployId: DeployId, CreationTime: CreationTime} = CodeDeploy;
    if (listed === void 0) return [ DeployId, CreationTime ].every(told => told === void 0 || told === "") ? withoutDeployment(entry) : odd(`${env} has a deployment without versions`);
    const shares = listed.map(one => ({
      version: one.CodeVersion,
      weight: Number(one.Percentage)
    }));
    const split = readSplit(shares);
    if (split === void 0) return odd(`the split of ${env} is not one: ${JSON.stringify(shares)}`);
    const details = listed.map(one => ({
      version: one.CodeVersion,
      description: given(one.Description),
      createdAt: given(one.CreateTime),
      status: void 0,
      boundTo: void 0,
      commit: void 0
    }));
    return serving({
      deploymentId: DeployId ?? "",
      deployedAt: given(CreationTime),
      split: split,
      details: details
    });
  }
  function withoutDeployment({Env: env, CodeVersion: CodeVersion, CanaryCodeVersion: CanaryCodeVersion}) {
    const [main, canary] = [ versionAlone.safeParse(CodeVersion), versionAlone.safeParse(CanaryCodeVersion) ];
    if (!main.success || !canary.success) return odd(`${env} has no deployment, and a version that is none`);
    const version = main.data ?? "";
    if (version !== (canary.data ?? version)) return odd(`${env} has no deployment, but two versions`);
    if (version === "") return answers_NOTHING;
    return serving({
      deploymentId: "",
      deployedAt: void 0,
      split: [ {
        version: version,
        weight: 100
      } ],
      details: []
    });
  }
  function serving(live) {
    return succeeded({
      kind: "serving",
      ...live
    });
  }
  function odd(why) {
    return failed(why);
  }
  function list(names) {
    return names.map(name => JSON.stringify(name)).join(", ");
  }
  function detailsOf(listed) {
    const {ExtraInfo: told} = listed;
    const {assetNames: assetNames} = readExtraInfo(typeof told === "string" ? told : void 0);
    return {
      version: listed.CodeVersion,
      description: given(listed.CodeDescription),
      createdAt: given(listed.CreateTime),
      status: given(listed.Status),
      boundTo: given(listed.DeployEnv),
      commit: commitIn(told),
      ...assetNames !== void 0 && {
        assetNames: assetNames
      }
    };
  }
  function commitIn(extraInfo) {
    const {CommitId: id} = typeof extraInfo === "string" ? objectIn(extraInfo) : {};
    return typeof id === "string" && COMMIT.test(id) ? id.toLowerCase() : void 0;
  }
  const COMMIT = /^[0-9a-f]{7,64}$/i;
  function objectIn(json) {
    try {
      const value = JSON.parse(json);
      return typeof value === "object" && value !== null ? value : {};
    } catch {
      return {};
    }
  }
  function readSplit(shares) {
    const [one, other, ...others] = shares;
    const [first, second] = shares.filter(share => share.weight > 0);
    const sum = shares.reduce((total, share) => total + share.weight, 0);
    if (first === void 0 || others.length > 0 || sum !== 100 || one?.version === other?.version) return;
    return second === void 0 ? [ first ] : [ first, second ];
  }
  function given(text) {
    return text === null || text === "" ? void 0 : text;
  }
  const TIMEOUTS_PER_READ = 5;
  const PATIENCE_IN_A_HURRY = 6e3;
  function calls_esaCalls(target, options) {
    const {redact: redact, send: send} = options;
    const advise = (code, status, operation) => adviseOnCode(code, status, {
      ...target,
      operation: operation
    });
    const faultOf = faultMaker({
      advise: advise,
      endpointInput: "endpoint",
      writes: WRITES,
      redact: redact
    });
    const redactAnswer = json => redacted(json, redact, COMPARED);
    let hasWorked = !1;
    const limiter = rateLimiter(options);
    const cancelledAt = instantOf(options);
    const once = async (operation, parameters, schema, {number: number, rollback: rollback, retryPolicy: retryPolicy, isSecret: isSecret = !1}) => {
      const calling = {
        isWrite: WRITES.has(operation),
        rollback: rollback
      };
      const answer = await attempt(options, {
        operation: operation,
        attempt: number,
        send: async () => {
          const format = {
            operation: operation,
            schema: schema,
            faultOf: faultOf,
            ...!isSecret && {
              redactAnswer: redactAnswer
            }
          };
          const read = readReply(await send(operation, parameters), format);
          return read.ok ? read : failed({
            ...read.error,
            fault: calls_withOtherKeys(read.error.fault, options, hasWorked)
          });
        },
        inTurn: call => limiter.schedule(calling, call),
        ...retryPolicy && {
          retryPolicy: retryPolicy
        }
      });
      hasWorked ||= answer.ok;
      return answer;
    };
    const read = (operation, parameters, schema, {rollback: rollback = !1, isOnce: isOnce = !1, isSecret: isSecret = !1} = {}) => retried({
      ...options,
      limiter: limiter,
      cancelledAt: cancelledAt,
      rollback: rollback,
      isOnce: isOnce
    }, (number, retryPolicy) => once(operation, parameters, schema, {
      number: number,
      rollback: rollback,
      retryPolicy: retryPolicy,
      isSecret: isSecret
    }));
    return {
      once: once,
      read: read,
      faultOf: faultOf
    };
  }
  function calls_withOtherKeys(fault, {invalidate: invalidate, renewable: renewable}, hasWorked) {
    const ended = fault.code === "InvalidSecurityToken.Expired" && invalidate();
    const unknown = fault.code === "InvalidAccessKeyId.NotFound" && renewable && hasWorked;
    return ended || unknown ? {
      ...fault,
      transient: !0
    } : fault;
  }
  async function retried({sleep: sleep, now: now, timeout: timeout, limiter: limiter, cancelledAt: cancelledAt, rollback: rollback, isOnce: isOnce}, once) {
    const started = now();
    let [throttled, since, patient] = [ 0, 0, 0 ];
    for (let count = 1; ;count += 1) {
      const begun = now();
      const answer = await once(count, fault => {
        count === 1 && (since = now());
        fault.throttled && (throttled += 1);
        const pause = limiter.pauseAfter(fault, {
          count: count,
          throttled: throttled,
          since: since,
          rollback: rollback && fault.throttled
        });
        fault.throttled && (patient += now() - begun + (pause ?? 0));
        const end = Math.min(fault.throttled ? Number.POSITIVE_INFINITY : started + patient + TIMEOUTS_PER_READ * timeout, (cancelledAt() ?? Number.POSITIVE_INFINITY) + PATIENCE_IN_A_HURRY);
        return isOnce || pause === void 0 || now() + pause >= end ? void 0 : pause;
      });
      if (answer.ok || answer.error.retryIn === void 0) return answer;
      await sleep(answer.error.retryIn);
    }
  }
  function instantOf({hurry: hurry, now: now}) {
    let at = hurry.aborted ? now() : void 0;
    hurry.addEventListener("abort", () => {
      at ??= now();
    });
    return () => at;
  }
  function noting(send, note) {
    const noted = new Set;
    return async (operation, parameters) => {
      const reply = await send(operation, parameters);
      for (const deviation of deviationsIn(operation, reply)) {
        noted.has(deviation.fact) || note(deviation);
        noted.add(deviation.fact);
      }
      return reply;
    };
  }
  function deviationsIn(operation, reply) {
    if (reply.kind !== "answer") return [];
    const json = parsed(reply.body);
    if (typeof json !== "object" || json === null || memberOf(json, "Code") !== void 0) return [];
    const clock = reply.date === void 0 ? [ {
      fact: "date-header",
      seen: "absent"
    } ] : [];
    switch (operation) {
     case "GetRoutine":
      return [ ...clock, ...listOf(json, "Envs").flatMap(inEnvironment) ];

     case "ListRoutineCodeVersions":
      return [ ...clock, ...inListing(json) ];

     case "CreateRoutineCodeDeployment":
      return [ ...clock, ...where([ "a number", "absent" ], "deployment-id-type", memberOf(json, "DeploymentId")) ];

     default:
      return [];
    }
  }
  function parsed(body) {
    try {
      return parseTyped(body);
    } catch {
      return;
    }
  }
  function inEnvironment(entry) {
    const deploy = memberOf(entry, "CodeDeploy");
    const shares = listOf(deploy, "CodeVersions");
    if (shares.length === 0) return [];
    return [ ...where([ "a number", "absent" ], "deploy-id-type", memberOf(deploy, "DeployId")), ...creationTime(memberOf(deploy, "CreationTime")), ...shares.flatMap(share => [ ...where([ "a number" ], "code-version-type", memberOf(share, "CodeVersion")), ...where([ "a string" ], "percentage-type", memberOf(share, "Percentage")), ...where([ "absent" ], "create-times", memberOf(share, "CreateTime")) ]) ];
  }
  function creationTime(value) {
    if (typeof value !== "string") return where([ "absent" ], "creation-time", value);
    return /^[0-9-]{10}T[0-9:]{8}Z$/.test(value) ? [] : [ {
      fact: "creation-time",
      seen: "another form"
    } ];
  }
  function inListing(json) {
    return [ ...where([ "absent" ], "total-count", memberOf(json, "TotalCount")), ...listOf(json, "CodeVersions").flatMap(version => [ ...where([ "absent" ], "version-status", memberOf(version, "Status")), ...where([ "absent" ], "create-times", memberOf(version, "CreateTime")), ...where([ "a number" ], "code-version-type", memberOf(version, "CodeVersion")) ]) ];
  }
  function where(forms, fact, value) {
    const seen = formOf(value);
    return seen !== void 0 && forms.includes(seen) ? [ {
      fact: fact,
      seen: seen
    } ] : [];
  }
  function formOf(value) {
    if (value === void 0 || value === null) return "absent";
    if (typeof value === "bigint" || typeof value === "number") return "a number";
    return typeof value === "string" ? "a string" : void 0;
  }
  function memberOf(value, name) {
    return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? value[name] : void 0;
  }
  function listOf(value, name) {
    const list = memberOf(value, name);
    return Array.isArray(list) ? list : [];
  }
  const PAGE_SIZE = 20;
  const LAST_PAGE = 2;
  function serviceBy(target, {once: once, read: read}) {
    const readBoth = async how => {
      const answer = await read("GetRoutine", {
        Name: target.routine
      }, liveAnswer(target.env), how);
      if (!answer.ok) return failed(answer.error.fault);
      const {data: data, date: date} = answer.value;
      return succeeded({
        live: clocked(data.live, date),
        elsewhere: data.elsewhere
      });
    };
    return {
      readLive: async (rollback, isOnce = !1) => {
        const both = await readBoth({
          rollback: rollback,
          isOnce: isOnce
        });
        return both.ok ? succeeded(both.value.live) : both;
      },
      readBoth: () => readBoth({
        rollback: !1,
        isOnce: !1
      }),
      openListing: () => lister(target.routine, read),
      deploy: async (split, number, rollback) => {
        const operation = "CreateRoutineCodeDeployment";
        const parameters = writeParameters(target, split);
        const answer = await once(operation, parameters, createRoutineCodeDeployment, {
          number: number,
          rollback: rollback
        });
        if (!answer.ok) return failed(answer.error.fault);
        const {DeploymentId: DeploymentId, RequestId: RequestId} = answer.value.data;
        return succeeded({
          deploymentId: DeploymentId,
          requestId: RequestId
        });
      }
    };
  }
  function lister(routine, read) {
    const versions = [];
    let [next, told, complete] = [ 1, 0, !1 ];
    const isEnough = wanted => wanted !== "all" && wanted.every(version => versions.some(known => known.version === version));
    return async wanted => {
      while (next === 1 || next <= LAST_PAGE && !complete && !isEnough(wanted)) {
        const parameters = {
          Name: routine,
          PageNumber: String(next),
          PageSize: String(PAGE_SIZE)
        };
        const answer = await read("ListRoutineCodeVersions", parameters, listRoutineCodeVersions);
        if (!answer.ok) return failed(answer.error.fault);
        const {CodeVersions: CodeVersions = [], TotalCount: total} = answer.value.data;
        for (const listed of CodeVersions.map(detailsOf)) versions.some(({version: version}) => version === listed.version) || versions.push(listed);
        told += CodeVersions.length;
        complete = typeof total === "string" ? told >= Number(total) : CodeVersions.length < PAGE_SIZE;
        next = CodeVersions.length === 0 ? LAST_PAGE + 1 : next + 1;
      }
      return succeeded({
        versions: [ ...versions ],
        complete: complete
      });
    };
  }
  function writeParameters({routine: routine, env: env}, split) {
    const versions = split.map(({version: version, weight: weight}) => ({
      CodeVersion: version,
      Percentage: weight
    }));
    return {
      Name: routine,
      Env: env,
      Strategy: "percentage",
      CodeVersions: JSON.stringify(versions)
    };
  }
  function clocked(live, date) {
    return live.kind === "nothing" || date === void 0 ? live : {
      ...live,
      answeredAt: new Date(date).toISOString()
    };
  }
  const promises_namespaceObject = require("node:timers/promises");
  const LONGEST_PAUSE_IN_A_HURRY = 800;
  function cancellation() {
    const controller = new AbortController;
    for (const signal of [ "SIGINT", "SIGTERM" ]) process.on(signal, () => controller.abort(`the runner sent ${signal}`));
    return controller.signal;
  }
  function sleepUntil(hurry) {
    return async milliseconds => {
      if (hurry.aborted) {
        await (0, promises_namespaceObject.setTimeout)(Math.min(milliseconds, LONGEST_PAUSE_IN_A_HURRY));
        return;
      }
      await (0, promises_namespaceObject.setTimeout)(milliseconds, void 0, {
        signal: hurry
      }).catch(error => {
        if (!hurry.aborted) throw error;
      });
    };
  }
  var external_os_ = __nccwpck_require__(857);
  function utils_toCommandValue(input) {
    if (input === null || input === void 0) return "";
    if (typeof input === "string" || input instanceof String) return input;
    return JSON.stringify(input);
  }
  function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) return {};
    return {
      title: annotationProperties.title,
      file: annotationProperties.file,
      line: annotationProperties.startLine,
      endLine: annotationProperties.endLine,
      col: annotationProperties.startColumn,
      endColumn: annotationProperties.endColumn
    };
  }
  function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
  }
  function command_issue(name, message = "") {
    command_issueCommand(name, {}, message);
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
  var external_crypto_ = __nccwpck_require__(982);
  var external_fs_ = __nccwpck_require__(896);
  function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
    if (!external_fs_.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
      encoding: "utf8"
    });
  }
  function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
  }
  require("path");
  const http_client_namespaceObject = lazily(() => require("./lazy/http-client.cjs"));
  const auth_namespaceObject = lazily(() => require("./lazy/http-client.cjs"));
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
  const {access: access, appendFile: appendFile, writeFile: writeFile} = external_fs_.promises;
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
          yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
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
  function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
    if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
    if (options && options.trimWhitespace === !1) return val;
    return val.trim();
  }
  function setOutput(name, value) {
    const filePath = process.env["GITHUB_OUTPUT"] || "";
    if (filePath) return file_command_issueFileCommand("OUTPUT", file_command_prepareKeyValueMessage(name, value));
    process.stdout.write(external_os_.EOL);
    command_issueCommand("set-output", {
      name: name
    }, utils_toCommandValue(value));
  }
  function isDebug() {
    return process.env["RUNNER_DEBUG"] === "1";
  }
  function debug(message) {
    command_issueCommand("debug", {}, message);
  }
  function error(message, properties = {}) {
    command_issueCommand("error", utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
  }
  function warning(message, properties = {}) {
    command_issueCommand("warning", utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
  }
  function info(message) {
    process.stdout.write(message + external_os_.EOL);
  }
  function startGroup(name) {
    command_issue("group", name);
  }
  function endGroup() {
    command_issue("endgroup");
  }
  function saveState(name, value) {
    const filePath = process.env["GITHUB_STATE"] || "";
    if (filePath) return file_command_issueFileCommand("STATE", file_command_prepareKeyValueMessage(name, value));
    command_issueCommand("save-state", {
      name: name
    }, utils_toCommandValue(value));
  }
  function getState(name) {
    return process.env[`STATE_${name}`] || "";
  }
  function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function*() {
      return yield OidcClient.getIDToken(aud);
    });
  }
  const ID_TOKEN_VARIABLES = [ "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN" ];
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
  const LONGEST_LINE = 4e3;
  const LONGEST_TITLE = 200;
  function openLog({redact: redact}) {
    const shown = text => oneLine(redact(text), LONGEST_LINE);
    const titled = title => ({
      title: oneLine(redact(title), LONGEST_TITLE)
    });
    const lines = text => redact(text).split("\n").map(line => oneLine(line, LONGEST_LINE)).join("\n");
    const fold = folding();
    return {
      say: line => fold.within(() => info(shown(line))),
      headline: line => fold.outside(() => info(shown(line))),
      section: title => fold.begin(oneLine(redact(title), LONGEST_TITLE)),
      debug: line => debug(shown(line)),
      warn: (sentence, title) => fold.outside(() => warning(shown(sentence), title === void 0 ? {} : titled(title))),
      fail: (sentence, title) => fold.outside(() => error(shown(sentence), titled(title))),
      failWithLines: (text, title) => fold.outside(() => error(lines(text), titled(title)))
    };
  }
  function folding() {
    let [title, isOpen, isContinued] = [ "", !1, !1 ];
    const close = () => {
      isOpen && endGroup();
      isOpen = !1;
    };
    const begin = next => {
      close();
      [title, isContinued] = [ next, !1 ];
    };
    const within = write => {
      if (!isOpen && title !== "") {
        startGroup(isContinued ? `${title}, continued` : title);
        [isOpen, isContinued] = [ !0, !0 ];
      }
      write();
    };
    const outside = write => {
      close();
      write();
    };
    return {
      begin: begin,
      within: within,
      outside: outside
    };
  }
  const log_isDebug = isDebug;
  const external_node_fs_namespaceObject = require("node:fs");
  const ROLLOUT = [ {
    anchor: "the-rollback-failed",
    texts: [ "The rollback failed too" ]
  }, {
    anchor: "somebody-elses-deployment-was-written-over",
    texts: [ "was written over" ]
  }, {
    anchor: "somebody-else-deployed",
    texts: [ "Somebody else deployed meanwhile", "Somebody else restored the stable" ]
  } ];
  const GATE = [ {
    anchor: "the-logs-cannot-be-judged",
    texts: [ "by `gate-logs` could measure it" ]
  }, {
    anchor: "the-gate-failed",
    texts: [ "The gate failed" ]
  }, {
    anchor: "the-gate-could-not-measure",
    texts: [ "The gate could not measure" ]
  } ];
  const FAULTS = [ {
    anchor: "the-role-does-not-trust-this-job",
    operation: "AssumeRoleWithOIDC",
    codes: [ "NoPermission", "AuthenticationFail.NoPermission" ]
  }, {
    anchor: "the-fingerprint-is-out-of-date",
    codes: [ "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch" ]
  }, {
    anchor: "the-id-token-came-too-late",
    codes: [ "AuthenticationFail.OIDCToken.Expired" ]
  }, {
    anchor: "the-provider-does-not-fit",
    codes: [ "AuthenticationFail.OIDCToken.*" ]
  }, {
    anchor: "the-role-or-the-provider-does-not-exist",
    codes: [ "EntityNotExist.*" ]
  }, {
    anchor: "the-session-is-not-allowed",
    codes: [ "InvalidParameter.DurationSeconds", "InvalidParameter.RoleSessionName" ]
  }, {
    anchor: "the-job-gets-no-id-token",
    codes: [ "IdTokenNotIssued*", "IdTokenTimeout" ]
  }, {
    anchor: "there-are-no-credentials",
    codes: [ "NoCredentials", "InvalidCredentials" ]
  }, {
    anchor: "the-key-is-not-known",
    codes: [ "InvalidAccessKeyId.*" ]
  }, {
    anchor: "the-secret-does-not-fit",
    codes: [ "SignatureDoesNotMatch", "ERR_INVALID_CHAR" ]
  }, {
    anchor: "the-session-has-ended",
    codes: [ "InvalidSecurityToken.Expired" ]
  }, {
    anchor: "the-security-token-does-not-fit",
    codes: [ "InvalidSecurityToken*", "MissingSecurityToken" ]
  }, {
    anchor: "the-key-may-not-do-this",
    codes: [ "Forbidden*", "NoPermission*" ]
  }, {
    anchor: "the-clock-is-wrong",
    codes: [ "InvalidTimeStamp*" ]
  }, {
    anchor: "the-proxy-says-no",
    codes: [ "ProxyRefused", "ProxyFailed" ]
  }, {
    anchor: "the-certificate-is-not-trusted",
    codes: [ "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CERT_*", "ERR_TLS_CERT_ALTNAME_INVALID" ]
  }, {
    anchor: "there-is-no-connection",
    codes: [ "ConnectTimeout", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED" ]
  }, {
    anchor: "no-answer-came-in-time",
    codes: [ "ReadTimeout" ]
  }, {
    anchor: "the-connection-was-cut",
    codes: [ "ECONNRESET", "EPIPE" ]
  }, {
    anchor: "something-else-answered",
    codes: [ "NotJson*", "AnswerTooLong", "Redirected", "IncompleteSignature", "SignatureNonceUsed" ]
  }, {
    anchor: "the-answer-is-not-understood",
    codes: [ "AnswerNotUnderstood" ]
  }, {
    anchor: "the-answer-is-not-believed",
    codes: [ "AnswerNotBelieved" ]
  }, {
    anchor: "the-service-is-busy",
    codes: [ "Throttling*", "Rejected.Throttling", "LockFailed", "Site.ServiceBusy", "TooManyRequests" ]
  }, {
    anchor: "the-service-failed",
    codes: [ "ServiceUnavailable", "Internal*", "CallbackFailed" ]
  }, {
    anchor: "the-routine-does-not-exist",
    codes: [ "RoutineNotExist" ]
  }, {
    anchor: "a-parameter-was-refused",
    codes: [ "InvalidParameter", "ParameterNotExist", "Missing*" ]
  }, {
    anchor: "the-account-cannot-use-the-service",
    codes: [ "ServiceNotOpen", "RoutineUserServiceStatusHalt", "SiteParameterNotMatch", "ErService.HasOpened", "RoutineAlreadyExist", "RoutineNameAlreadyExist", "DependedByOthers" ]
  }, {
    anchor: "the-endpoint-is-wrong",
    codes: [ "InvalidApi.NotFound", "InvalidProduct.NotFound", "InvalidAction.NotFound", "InvalidProtocol.NeedSsl" ]
  }, {
    anchor: "the-plan-has-no-room",
    codes: [ "CodeVersionNumberExceedQuotaLimit", "RoutineNumberExceedQuotaLimit" ]
  }, {
    anchor: "the-version-was-not-built",
    codes: [ "BuildFailed", "BuildUnfinished" ]
  }, {
    anchor: "the-code-changed-meanwhile",
    codes: [ "CodeChanged" ]
  }, {
    anchor: "a-file-of-the-runner-cannot-be-written",
    codes: [ "StateNotSaved" ]
  }, {
    anchor: "the-logs-cannot-be-judged",
    codes: [ "Incomplete" ]
  }, {
    anchor: "the-rollout-was-cancelled",
    codes: [ "Cancelled" ]
  }, {
    anchor: "a-fault-in-the-action",
    codes: [ "Unforeseen" ]
  } ];
  const UNREAD = "What is live can no longer be read";
  const SENTENCES = [ {
    anchor: "the-upload-failed",
    texts: [ "The upload failed" ]
  }, {
    anchor: "the-deployment-does-not-show",
    texts: [ "may still show", "does not show it after" ]
  }, {
    anchor: "what-is-live-cannot-be-read",
    texts: [ UNREAD, "What is live could not be read" ]
  }, {
    anchor: "a-file-of-the-runner-cannot-be-written",
    texts: [ "GITHUB_STATE could not be written" ]
  }, {
    anchor: "the-outputs-are-lost",
    texts: [ "GITHUB_OUTPUT could not be written" ]
  }, {
    anchor: "what-was-left-behind-was-not-checked",
    texts: [ "what it left behind was not checked" ]
  }, {
    anchor: "a-fault-in-the-action",
    texts: [ "fault in the action itself" ]
  }, {
    anchor: "an-input-is-wrong",
    texts: [ "No request was sent." ]
  }, {
    anchor: "another-deployment-is-live",
    texts: [ '"expect-deployment-id" asks for' ]
  }, {
    anchor: "two-other-versions-are-live",
    texts: [ "two other versions are live already" ]
  }, {
    anchor: "the-version-is-not-built-yet",
    texts: [ "its status is" ]
  }, {
    anchor: "the-version-is-bound-to-the-other-environment",
    texts: [ "is bound to the variables of" ]
  }, {
    anchor: "the-version-does-not-exist",
    texts: [ "does not exist in routine" ]
  }, {
    anchor: "the-canary-is-older",
    texts: [ "is older than" ]
  }, {
    anchor: "the-canary-is-the-stable",
    texts: [ "is the stable of a rollout of" ]
  }, {
    anchor: "nobody-knows-which-is-the-canary",
    texts: [ "nobody knows which of the live versions" ]
  }, {
    anchor: "nobody-knows-when-the-bake-ends",
    texts: [ "nobody knows when its bake ends" ]
  }, {
    anchor: "the-last-rollout-failed",
    texts: [ "the record of the last rollout of canary" ]
  }, {
    anchor: "a-word-stands-for-no-version",
    texts: [ "the newest of", "its versions cannot be listed" ]
  }, {
    anchor: "the-rollout-was-cancelled",
    texts: [ "The rollout was cancelled", "Cancelled", "The upload was cancelled" ]
  } ];
  const ANY_OTHER_CODE = "any-other-code";
  function helpAnchor({outcome: outcome, reason: reason, faults: faults}) {
    const bySentence = topics => topics.find(({texts: texts = []}) => texts.some(text => reason.includes(text)))?.anchor;
    const fault = faults.findLast(({code: code}) => reason.includes(code));
    const known = fault && faultAnchor(fault);
    const gate = reason.includes(UNREAD) ? void 0 : bySentence(GATE);
    return bySentence(ROLLOUT) ?? gate ?? known ?? bySentence(SENTENCES) ?? (fault === void 0 ? outcome : ANY_OTHER_CODE);
  }
  function faultAnchor({operation: operation, code: code}) {
    const topic = FAULTS.find(({codes: codes = [], operation: only = operation}) => only === operation && codes.some(one => isOf(code, one)));
    return topic?.anchor;
  }
  const PAGE = "docs/outcomes.md";
  function helpPlace(server, repository, ref) {
    if (server === "" || ref === "" || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return {
      kind: "none"
    };
    if (server !== "https://github.com") return {
      kind: "named",
      repository: repository,
      ref: ref
    };
    const path = ref.split("/").map(encodeURIComponent).join("/");
    return {
      kind: "page",
      url: `${server}/${repository}/blob/${path}/${PAGE}`
    };
  }
  function helpSentence(place, anchor) {
    if (place.kind === "none") return "";
    if (place.kind === "page") return `Help: ${place.url}#${anchor}`;
    return `Help: ${PAGE}#${anchor} in ${place.repository}@${place.ref}`;
  }
  function isOf(code, pattern) {
    return pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
  }
  const mask = setSecret;
  function inputTexts(names) {
    return Object.fromEntries(names.map(name => [ name, getInput(name) ]));
  }
  const runner_LAST_MOMENTS = 1e3;
  function exitSoon() {
    setTimeout(() => process.exit(), runner_LAST_MOMENTS).unref();
  }
  function failStep() {
    process.exitCode = ExitCode.Failure;
  }
  function savedState(name) {
    return getState(name);
  }
  function runner_saveState(name, value) {
    return writeForRunner("GITHUB_STATE", () => saveState(name, value));
  }
  function forgetState() {
    return writeForRunner("GITHUB_STATE", () => (0, external_node_fs_namespaceObject.truncateSync)(process.env["GITHUB_STATE"] ?? "", 0));
  }
  function setOutputs(outputs) {
    return writeForRunner("GITHUB_OUTPUT", () => {
      for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
    });
  }
  function writeForRunner(variable, write) {
    const path = process.env[variable] ?? "";
    const before = sizeOf(path);
    try {
      write();
      return succeeded(void 0);
    } catch (error) {
      takeBack(path, before);
      return failed(`${variable} could not be written: ${messageOf(error)}.`);
    }
  }
  function sizeOf(path) {
    try {
      return (0, external_node_fs_namespaceObject.statSync)(path).size;
    } catch {
      return;
    }
  }
  function takeBack(path, size) {
    try {
      size !== void 0 && (0, external_node_fs_namespaceObject.truncateSync)(path, size);
    } catch {}
  }
  function messageOf(error) {
    return withoutStop(oneLine(error instanceof Error ? error.message : String(error)));
  }
  const LONGEST_SUMMARY = 1e6;
  function addSummary(summary, log) {
    const file = process.env["GITHUB_STEP_SUMMARY"] ?? "";
    if (file === "") return;
    try {
      (0, external_node_fs_namespaceObject.appendFileSync)(file, bounded(summary));
    } catch (error) {
      log.warn(`The job summary could not be written to GITHUB_STEP_SUMMARY: ${messageOf(error)}.`);
    }
  }
  function bounded(summary) {
    const bytes = Buffer.from(summary);
    if (bytes.length <= LONGEST_SUMMARY) return summary;
    const start = bytes.subarray(0, bytes.lastIndexOf("\n", LONGEST_SUMMARY)).toString();
    return `${start}\n\nThe rest of this summary is longer than GitHub takes. The log has it all.\n`;
  }
  function workspace(environment = process.env) {
    return environment["GITHUB_WORKSPACE"] || process.cwd();
  }
  function issuesUrl() {
    const {serverUrl: serverUrl, environment: environment} = runnerEnvironment();
    const home = environment("GITHUB_ACTION_REPOSITORY");
    return home === "" || serverUrl === "" ? "" : `${serverUrl}/${home}/issues`;
  }
  function outcomesPage() {
    const {serverUrl: serverUrl, environment: environment} = runnerEnvironment();
    return helpPlace(serverUrl, environment("GITHUB_ACTION_REPOSITORY"), environment("GITHUB_ACTION_REF"));
  }
  function runnerEnvironment() {
    const environment = name => process.env[name] ?? "";
    return {
      environment: environment,
      serverUrl: environment("GITHUB_SERVER_URL")
    };
  }
  function runContext() {
    const {environment: environment, serverUrl: serverUrl} = runnerEnvironment();
    const [repository, runId, commit] = [ environment("GITHUB_REPOSITORY"), environment("GITHUB_RUN_ID"), environment("GITHUB_SHA") ];
    const home = repository === "" || serverUrl === "" ? "" : `${serverUrl}/${repository}`;
    return {
      runUrl: home === "" || runId === "" ? "" : `${home}/actions/runs/${runId}`,
      commit: commit,
      commitUrl: home === "" || commit === "" ? "" : `${home}/commit/${commit}`,
      actor: environment("GITHUB_TRIGGERING_ACTOR") || environment("GITHUB_ACTOR"),
      issuesUrl: issuesUrl(),
      help: outcomesPage()
    };
  }
  function jobContext() {
    const {environment: environment, serverUrl: serverUrl} = runnerEnvironment();
    const attempt = environment("GITHUB_RUN_ATTEMPT");
    return {
      repository: environment("GITHUB_REPOSITORY"),
      sha: environment("GITHUB_SHA"),
      apiUrl: (environment("GITHUB_API_URL") || "https://api.github.com").replace(/\/+$/, ""),
      serverUrl: serverUrl,
      runUrl: runContext().runUrl,
      byPerson: environment("GITHUB_EVENT_NAME") === "workflow_dispatch" || /^(?:[2-9]|[1-9][0-9]+)$/.test(attempt)
    };
  }
  function actionsNeeded({goal: goal}, {upload: upload, readsLogs: readsLogs}) {
    const deploys = upload.length === 0 || goal.kind !== "report";
    return [ "esa:GetRoutine", "esa:ListRoutineCodeVersions", ...deploys ? [ "esa:CreateRoutineCodeDeployment" ] : [], ...upload, ...readsLogs ? [ "log:GetLogStoreLogs" ] : [] ];
  }
  function isDenial(code) {
    return /^(?:Forbidden|NoPermission)/.test(code);
  }
  function accessOf(needed, timeline) {
    const calls = timeline.flatMap(event => event.kind === "called" ? [ {
      ...event,
      action: `esa:${event.operation}`
    } ] : []);
    const allowed = needed.filter(action => calls.some(call => call.action === action && call.result === "OK"));
    const denied = needed.flatMap(action => {
      const denial = calls.find(call => call.action === action && isDenial(call.result));
      if (denial === void 0 || allowed.includes(action)) return [];
      return [ {
        action: action,
        code: denial.result,
        requestId: denial.requestId
      } ];
    });
    const tried = new Set(calls.map(({action: action}) => action));
    return {
      needed: needed,
      allowed: allowed,
      denied: denied,
      untried: needed.filter(action => !tried.has(action))
    };
  }
  function isAvailable({status: status}) {
    return status === void 0 || status.toLowerCase() === "available";
  }
  function isBoundElsewhere({boundTo: boundTo}, env) {
    return boundTo !== void 0 && boundTo.toLowerCase() !== env;
  }
  const UNITS = {
    ms: 1,
    s: 1e3,
    m: 6e4,
    h: 36e5
  };
  const WHOLE = /^(?:[0-9]{1,6}(?:ms|h|m|s))+$/;
  function readDuration(text) {
    if (!WHOLE.test(text)) return;
    const parts = [ ...text.matchAll(/([0-9]+)(ms|h|m|s)/g) ].map(([, count, unit]) => ({
      count: Number(count),
      scale: UNITS[unit]
    }));
    const descending = parts.every((part, index) => part.scale < (parts[index - 1]?.scale ?? Number.POSITIVE_INFINITY));
    return descending ? parts.reduce((sum, {count: count, scale: scale}) => sum + count * scale, 0) : void 0;
  }
  function durationText(milliseconds) {
    const whole = Math.max(0, Math.round(milliseconds));
    const units = [ [ 36e5, "h" ], [ 6e4, "m" ], [ 1e3, "s" ], [ 1, "ms" ] ];
    let rest = whole;
    let text = "";
    for (const [scale, unit] of units) {
      const count = Math.floor(rest / scale);
      rest -= count * scale;
      count > 0 && (text += `${count}${unit}`);
    }
    return text === "" ? "0s" : text;
  }
  function rounded(milliseconds) {
    return milliseconds < 1e3 ? Math.max(0, Math.round(milliseconds / 10) * 10) : Math.round(milliseconds / 1e3) * 1e3;
  }
  function seconds(milliseconds) {
    return `${(milliseconds / 1e3).toFixed(2)} s`;
  }
  const WITNESSES_APART = 3e5;
  const deployment_age_SKEW = 5e3;
  const CLOCKS_APART = 9e5;
  function creationOf({deployedAt: deployedAt, deploymentId: deploymentId}) {
    const created = readInstant(deployedAt);
    if (created === void 0) return failed(deployedAt === void 0 ? "the service does not say since when the canary is live" : `the service says ${quoted(deployedAt)} for since when the canary is live, and that is no instant (a date of this century, a time and its zone)`);
    const witness = instantOfId(deploymentId);
    if (witness === void 0 || Math.abs(witness - created) <= WITNESSES_APART) return succeeded(created);
    return failed(`the service gives two times since which the canary is live, ${instantText(created)} and, from the deployment's id, ${instantText(witness)}`);
  }
  function ageOf(live, runnerNow) {
    const created = creationOf(live);
    if (!created.ok) return created;
    const told = readInstant(live.answeredAt);
    if (told !== void 0 && Math.abs(told - runnerNow) > CLOCKS_APART) return failed(`the clocks of the service (${instantText(told)}) and of the runner (${instantText(runnerNow)}) are more than ${durationText(CLOCKS_APART)} apart`);
    const age = (told ?? runnerNow) - created.value;
    if (age < -deployment_age_SKEW) return failed(`the service says that the canary is live since a time that is yet to come, ${instantText(created.value)} by a clock that shows ${instantText(told ?? runnerNow)}`);
    return succeeded(Math.max(0, age));
  }
  function clockOf(live, runnerNow) {
    return (live.kind === "serving" ? readInstant(live.answeredAt) : void 0) ?? runnerNow;
  }
  function counted(count, thing) {
    return `${count} ${thing}${count === 1 ? "" : "s"}`;
  }
  function failedOf({good: good, bad: bad}, thing) {
    const all = good + bad;
    return `${bad} of ${thing === void 0 ? all : counted(all, thing)}`;
  }
  const CONFIDENCE = .95;
  const SOUGHT = 11;
  const AT_ONCE = 30;
  const CHEAP = 48;
  function sampleSize(weight) {
    if (weight >= 100) return SOUGHT;
    const share = Math.min(weight, 100 - weight) / 100;
    const toHit = Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(1 - share));
    return Math.max(toHit, Math.min(CHEAP, Math.ceil(SOUGHT / share)));
  }
  const EXACT = [ 0 ];
  for (let n = 1; n < 256; n += 1) EXACT.push((EXACT[n - 1] ?? 0) + Math.log(n));
  function logFactorial(n) {
    const exact = EXACT[n];
    if (exact !== void 0) return exact;
    const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
    return (n + .5) * Math.log(n) - n + .5 * Math.log(2 * Math.PI) + series;
  }
  function logChoose(n, k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  }
  function logMean(logs) {
    const largest = Math.max(...logs);
    if (!Number.isFinite(largest)) return largest;
    return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
  }
  function logAdd(one, other) {
    const largest = Math.max(one, other);
    return largest + Math.log1p(Math.exp(Math.min(one, other) - largest));
  }
  function timesLog(count, x) {
    return count === 0 ? 0 : count * Math.log(x);
  }
  const FALSE_ALARMS = 100;
  const ENOUGH = Math.log(FALSE_ALARMS);
  const FROM_THE_BEGINNING = .9;
  const SPREAD = 30;
  function logPrior(index) {
    const rest = SPREAD / ((SPREAD + index) * (SPREAD + index + 1)) * (1 - FROM_THE_BEGINNING);
    return Math.log(index === 0 ? FROM_THE_BEGINNING + rest : rest);
  }
  const ENOUGH_FROM_THE_BEGINNING = ENOUGH - logPrior(0);
  function wasEverEnough(checks) {
    let sums = [];
    return checks.some((parts, index) => {
      const begun = logPrior(index);
      sums = parts.map((part, at) => logAdd(sums[at] ?? Number.NEGATIVE_INFINITY, begun) + part);
      return logMean(sums) >= ENOUGH;
    });
  }
  function likeliestBeginning(checks) {
    let [found, most] = [ 0, Number.NEGATIVE_INFINITY ];
    let sums = [];
    for (let index = checks.length - 1; index >= 0; index -= 1) {
      sums = (checks[index] ?? []).map((part, at) => part + (sums[at] ?? 0));
      const since = logPrior(index) + logMean(sums);
      since >= most && ([found, most] = [ index, since ]);
    }
    return found;
  }
  const TIMES_WORSE = [ 2, 3, 5, 10, 20, 50, 100 ];
  const DEAD = .999;
  function againstAllowed(allowed, counts) {
    return logMean(partsAgainst(allowed)(counts));
  }
  function wasEverEnoughAgainstAllowed(allowed, checks) {
    return wasEverEnough(checks.map(partsAgainst(allowed)));
  }
  function failsSince(allowed, checks) {
    return likeliestBeginning(checks.map(partsAgainst(allowed)));
  }
  function partsAgainst(allowed) {
    const rates = [ ...TIMES_WORSE.map(times => times * allowed).filter(rate => rate < 1), DEAD ];
    const ratios = rates.filter(rate => rate > allowed).map(rate => ({
      good: (1 - rate) / (1 - allowed),
      bad: rate / allowed
    }));
    return ({good: good, bad: bad}) => ratios.map(ratio => timesLog(bad, ratio.bad) + timesLog(good, ratio.good));
  }
  function evidence_sizeOf({good: good, bad: bad}) {
    return good + bad;
  }
  function total(counts) {
    return {
      good: counts.reduce((sum, {good: good}) => sum + good, 0),
      bad: counts.reduce((sum, {bad: bad}) => sum + bad, 0)
    };
  }
  const ODDS = [ 2, 5, 20, 100, 1e3 ];
  function againstStable(pair) {
    return logMean(partsOf(pair));
  }
  function wasEverEnoughAgainstStable(pairs) {
    return wasEverEnough(pairs.map(partsOf));
  }
  function worseSince(pairs) {
    return likeliestBeginning(pairs.map(partsOf));
  }
  const known = new WeakMap;
  function partsOf(pair) {
    const before = known.get(pair.canary);
    if (before !== void 0) return before;
    const parts = ODDS.map(odds => logRatio(pair, odds));
    known.set(pair.canary, parts);
    return parts;
  }
  function logRatio({canary: canary, stable: stable}, odds) {
    const [ours, theirs] = [ evidence_sizeOf(canary), evidence_sizeOf(stable) ];
    const failed = canary.bad + stable.bad;
    if (failed === 0 || ours === 0 || theirs === 0) return 0;
    return canary.bad * Math.log(odds) + logChoose(ours + theirs, failed) - logWeight(ours, theirs, failed, odds);
  }
  const NEGLIGIBLE = 1e-18;
  function logWeight(ours, theirs, failed, odds) {
    const [least, most] = [ Math.max(0, failed - theirs), Math.min(ours, failed) ];
    const ratio = u => odds * (ours - u) * (failed - u) / ((u + 1) * (theirs - failed + u + 1));
    let [low, high] = [ least, most ];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      ratio(middle) >= 1 ? low = middle + 1 : high = middle;
    }
    const peak = low;
    let sum = 1;
    for (let [u, term] = [ peak, 1 ]; u < most && term > NEGLIGIBLE; u += 1) {
      term *= ratio(u);
      sum += term;
    }
    for (let [u, term] = [ peak, 1 ]; u > least && term > NEGLIGIBLE; u -= 1) {
      term /= ratio(u - 1);
      sum += term;
    }
    const largest = logChoose(ours, peak) + logChoose(theirs, failed - peak) + peak * Math.log(odds);
    return largest + Math.log(sum);
  }
  const evidence_MISSING = [ .5, .75, .9, DEAD ];
  function isMissingAnswers(checks) {
    return wasEverEnough(checks.map(partsMissing));
  }
  function isMissingSince(checks) {
    return likeliestBeginning(checks.map(partsMissing));
  }
  function partsMissing({weight: weight, canary: canary, stable: stable}) {
    const share = weight / 100;
    return evidence_MISSING.map(missing => {
      const left = share * (1 - missing) / (1 - share * missing);
      return timesLog(canary, left / share) + timesLog(stable, (1 - left) / (1 - share));
    });
  }
  const PROBABILITY = .95;
  function sensitivityOf(gate, steps) {
    const held = gate.urls === 0 ? [] : steps.filter(step => step.bake > 0);
    let below = {
      ours: 0,
      theirs: 0
    };
    return held.map(({weight: weight, bake: bake}) => {
      const requests = sampleSize(weight) * gate.urls;
      const checks = Math.max(1, Math.ceil(bake / gate.interval));
      const share = weight / 100;
      const answers = checks * requests * share;
      if (gate.mark === void 0 && weight < 100) return {
        weight: weight,
        requests: requests,
        answers: answers,
        caught: ofMixture(gate, checks * requests, share)
      };
      if (weight === 100) return {
        weight: weight,
        requests: requests,
        answers: answers,
        caught: leastCaught(allowedShare(gate), Math.floor(answers))
      };
      below = {
        ours: below.ours + answers,
        theirs: below.theirs + checks * requests - answers
      };
      const caught = leastCaught(allowedShare(gate), Math.floor(below.ours), surely(below.theirs));
      return {
        weight: weight,
        requests: requests,
        answers: answers,
        caught: caught
      };
    });
  }
  function surely(expected) {
    return Math.max(0, Math.floor(expected - 1.645 * Math.sqrt(expected)));
  }
  function allowedShare({successRate: successRate}) {
    return 1 - successRate / 100;
  }
  function ofMixture(gate, answers, share) {
    const rate = leastCaught(allowedShare(gate), answers);
    return rate === void 0 || rate > share ? void 0 : rate / share;
  }
  function leastCaught(allowed, n, control) {
    const enough = fewestBad(allowed, n, control);
    if (enough === void 0) return;
    let [low, high] = [ allowed, 1 ];
    if (atLeast(enough, n, high) < PROBABILITY) return;
    for (let step = 0; step < 50; step += 1) {
      const middle = (low + high) / 2;
      atLeast(enough, n, middle) >= PROBABILITY ? high = middle : low = middle;
    }
    return high;
  }
  function fewestBad(allowed, n, control) {
    let [low, high] = [ 0, n ];
    const isWorse = canary => control === void 0 || againstStable({
      canary: canary,
      stable: {
        good: control,
        bad: 0
      }
    }) >= ENOUGH_FROM_THE_BEGINNING;
    const isEnough = bad => {
      const canary = {
        good: n - bad,
        bad: bad
      };
      return againstAllowed(allowed, canary) >= ENOUGH_FROM_THE_BEGINNING && isWorse(canary);
    };
    if (n === 0 || !isEnough(n)) return;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      isEnough(middle) ? high = middle : low = middle + 1;
    }
    return low;
  }
  function atLeast(k, n, p) {
    let fewer = 0;
    for (let bad = 0; bad < k; bad += 1) fewer += Math.exp(logChoose(n, bad) + timesLog(bad, p) + timesLog(n - bad, 1 - p));
    return 1 - fewer;
  }
  function sensitivityLines(gate, steps) {
    const seen = sensitivityOf(gate, steps);
    if (seen.length === 0) return [];
    const most = Math.max(...seen.map(({requests: requests}) => requests)) * (6e4 / gate.interval);
    const each = (first, at) => seen.map((one, index) => `${index === 0 ? first(at(one)) : at(one)} at ${one.weight} %`).join(", ");
    const sent = each(count => counted(count, "request"), ({requests: requests}) => requests);
    const load = `The gate sends ${sent}, every ${durationText(gate.interval)}: at most ${Math.ceil(most)} a minute, and ${AT_ONCE} at once.`;
    const expected = each(count => `${counted(count, "answer")} of the canary`, ({answers: count}) => Math.round(count));
    const answers = `It expects about ${expected}.`;
    const caught = seen.flatMap(({weight: weight, caught: rate}) => rate === void 0 ? [] : [ {
      weight: weight,
      rate: percent(rate)
    } ]);
    const least = caught.map(({weight: weight, rate: rate}, index) => index === 0 ? `A canary that fails ${rate} of its requests is caught with 95 % probability by the end of ${weight} %` : `one that fails ${rate} by the end of ${weight} %`);
    const is = gate.mode === "observe" ? "would be" : "is";
    return [ load, answers, ...least.length === 0 ? [] : [ `${least.join(", ")}.` ], ...gate.mark === void 0 || seen.every(({weight: weight}) => weight === 100) ? [] : [ `Failures without \`${gate.mark}\`, as of code that throws, take more to be caught.` ], `One with ${gate.successRate} % healthy answers ${is} stopped in less than 1 of 100 rollouts.` ];
  }
  function unseenSteps(gate, steps) {
    if (gate === void 0) return [];
    return sensitivityOf(gate, steps).filter(({caught: caught}) => caught === void 0).map(({weight: weight}) => gate.mark === void 0 && weight < 100 ? `At ${weight} % even a canary that fails always would go unseen: its failures hide in the ${percentAllowed(gate)} % that may fail. Name what tells the versions apart in \`gate-version-header\`, or begin with a higher weight.` : `At ${weight} % even a canary that fails always may go unseen: too few answers are expected. Bake longer, or check more often by \`gate-interval\`.`);
  }
  function percentAllowed({successRate: successRate}) {
    return String(Math.round(1e3 * (100 - successRate)) / 1e3);
  }
  function percent(rate) {
    return rate < .01 ? Math.ceil(1e3 * rate) / 10 + " %" : `${Math.ceil(100 * rate)} %`;
  }
  const WORDS = [ "latest", "stable", "canary", "staging", "production", "previous", "uploaded" ];
  const UPLOADED = {
    kind: "word",
    word: "uploaded"
  };
  function versionName(version) {
    return version === UPLOADED.word ? "the upload" : version;
  }
  const DIGITS = /^[0-9]{1,32}$/;
  const version_ref_COMMIT = /^commit:([0-9a-fA-F]{7,40})$/;
  const DIGITS_ONLY = "is not a code version: it is digits only, such as 1723599747213377175";
  function isVersionNumber(text) {
    return DIGITS.test(text);
  }
  function readNumber(text) {
    return isVersionNumber(text) ? succeeded(text) : failed(`${quoted(text)} ${DIGITS_ONLY}${roundedHint(text)}`);
  }
  function readRef(text) {
    if (isVersionNumber(text)) return succeeded({
      kind: "number",
      version: text
    });
    const word = WORDS.find(known => known === text);
    if (word !== void 0) return succeeded({
      kind: "word",
      word: word
    });
    const [, sha] = version_ref_COMMIT.exec(text) ?? [];
    if (sha !== void 0) return succeeded({
      kind: "commit",
      sha: sha.toLowerCase()
    });
    const hint = roundedHint(text);
    return failed(`${quoted(text)} ${DIGITS_ONLY}${hint === "" ? OR_A_WORD : hint}`);
  }
  const OR_A_WORD = `, or one of the words ${WORDS.join(", ")} and commit:SHA, where SHA is 7 to 40 hexadecimal digits`;
  function roundedHint(text) {
    return /^[0-9.]+e\+?[0-9]+$/i.test(text) ? " (YAML has rounded it: write it in quotation marks)" : "";
  }
  function refText(ref) {
    switch (ref.kind) {
     case "number":
      return ref.version;

     case "word":
      return ref.word;

     case "commit":
      return `commit:${ref.sha}`;
    }
  }
  function refsIn({goal: goal}) {
    switch (goal.kind) {
     case "report":
      return [];

     case "rollout":
      return [ goal.canary ];

     case "split":
      return goal.split.map(share => share.version);
    }
  }
  function wordsIn(asked) {
    return refsIn(asked).filter(ref => ref.kind !== "number");
  }
  function withVersions(asked, versionOf) {
    const {goal: goal} = asked;
    switch (goal.kind) {
     case "report":
      return {
        ...asked,
        goal: goal
      };

     case "rollout":
      return {
        ...asked,
        goal: {
          ...goal,
          canary: versionOf(goal.canary)
        }
      };

     case "split":
      {
        const share = ({version: version, weight: weight}) => ({
          version: versionOf(version),
          weight: weight
        });
        const [first, second] = goal.split;
        return {
          ...asked,
          goal: {
            kind: "split",
            split: second === void 0 ? [ share(first) ] : [ share(first), share(second) ]
          }
        };
      }
    }
  }
  const PERCENTAGE = /^(?:[1-9][0-9]?|100)$/;
  function readEntries(text) {
    return text.split(/[,\n]/).map(entry => entry.trim()).filter(entry => entry !== "").map(entry => {
      const sign = entry.indexOf("=");
      return sign < 0 ? {
        version: entry,
        weight: void 0
      } : {
        version: entry.slice(0, sign).trim(),
        weight: entry.slice(sign + 1).trim()
      };
    });
  }
  function toSplit(written) {
    return splitOf(written, readNumber);
  }
  function toAskedSplit(written) {
    return splitOf(written, readRef);
  }
  function splitOf(written, readVersion) {
    const read = written.map(({version: version, weight: weight}) => ({
      version: readVersion(version),
      weight: weight
    }));
    const mistakes = [ ...countMistakes(written), ...read.flatMap(({version: version, weight: weight}) => [ ...version.ok ? [] : [ version.error ], ...weightMistakes(weight) ]), ...repeated(written.map(share => share.version)).map(version => `version ${quoted(version)} is given twice`) ];
    const open = written.filter(share => share.weight === void 0);
    open.length > 1 && mistakes.push("only one percentage may be left out");
    if (mistakes.length > 0) return failed(mistakes);
    const given = written.reduce((sum, share) => sum + Number(share.weight ?? 0), 0);
    const rest = 100 - given;
    if (open.length === 0 && rest !== 0) return failed([ `the percentages sum to ${given}, not to 100` ]);
    if (open.length === 1 && rest < 1) return failed([ `nothing is left for version ${quoted(open[0]?.version ?? "")}: leave it out instead` ]);
    const shares = read.flatMap(({version: version, weight: weight}) => version.ok ? [ {
      version: version.value,
      weight: Number(weight ?? rest)
    } ] : []);
    return succeeded(shares);
  }
  function countMistakes(written) {
    if (written.length === 0) return [ "no version is given; one or two are needed" ];
    if (written.length > 2) return [ `${written.length} versions are given; an environment serves one or two` ];
    return [];
  }
  function weightMistakes(weight) {
    if (weight === void 0 || PERCENTAGE.test(weight)) return [];
    return [ `${quoted(weight)} is not a percentage: it is a whole number from 1 to 100 in plain digits, without a sign or "%"` ];
  }
  function repeated(values) {
    return [ ...new Set(values.filter((value, index) => values.indexOf(value) !== index)) ];
  }
  function splitText(split) {
    return split.map(({version: version, weight: weight}) => `${version}=${weight}`).join(",");
  }
  function sameSplit(one, other) {
    return one.length === other.length && one.every(({version: version, weight: weight}) => weightOf(other, version) === weight);
  }
  function liveSplit(live) {
    return live.kind === "serving" ? live.split : void 0;
  }
  function liveText(live) {
    return live.kind === "nothing" ? "nothing" : splitText(live.split);
  }
  function idOf(live) {
    return live.kind === "serving" ? live.deploymentId : "";
  }
  function serves(live, split) {
    return live.kind === "serving" && sameSplit(live.split, split);
  }
  function sameLive(one, other) {
    return other !== void 0 && sameTraffic(one, other) && idOf(one) === idOf(other);
  }
  function sameTraffic(one, other) {
    return other.kind === "nothing" ? one.kind === "nothing" : serves(one, other.split);
  }
  function weightOf(split, version) {
    return split?.find(share => share.version === version)?.weight ?? 0;
  }
  function laterOf(one, other) {
    const told = laterBy(one.version, readInstant(one.createdAt), other.version, readInstant(other.createdAt));
    if (told !== void 0) return told;
    if (instantOfId(one.version) === void 0 || instantOfId(other.version) === void 0) return;
    return laterBy(one.version, BigInt(one.version), other.version, BigInt(other.version));
  }
  function laterBy(one, at, other, otherAt) {
    if (at === void 0 || otherAt === void 0 || at === otherAt) return;
    return at > otherAt ? one : other;
  }
  function roles(live) {
    if (live.kind === "nothing") return {
      canary: void 0,
      stable: void 0
    };
    const [first, second] = live.split;
    if (second === void 0) return {
      canary: void 0,
      stable: first
    };
    const dated = ({version: version}) => ({
      version: version,
      createdAt: live.details.find(known => known.version === version)?.createdAt
    });
    switch (laterOf(dated(first), dated(second))) {
     case void 0:
      return {
        canary: void 0,
        stable: void 0
      };

     case first.version:
      return {
        canary: first,
        stable: second
      };

     default:
      return {
        canary: second,
        stable: first
      };
    }
  }
  const STEP = /^([1-9][0-9]?|100)\s*%(?:\s+for\s+(\S+))?$/;
  const LONGEST_BAKE = 432e6;
  const steps_AT_ONCE = [ {
    weight: 100,
    bake: 0
  } ];
  function readSteps(text) {
    const entries = text.split(/[,\n]/).map(entry => entry.trim()).filter(entry => entry !== "");
    if (entries.length === 0) return failed([ 'no step is given; such as "5% for 5m, 25% for 10m, 100%"' ]);
    const read = entries.map(readStep);
    const mistakes = read.flatMap(step => step.ok ? [] : step.error);
    const steps = read.flatMap(step => step.ok ? [ step.value ] : []);
    const falling = steps.filter((step, index) => step.weight <= (steps[index - 1]?.weight ?? 0));
    for (const {weight: weight} of falling) mistakes.push(`weights must rise, but ${weight} % does not exceed the step before it`);
    return mistakes.length > 0 ? failed(mistakes) : succeeded(steps);
  }
  function readStep(entry) {
    const [, weight, bake] = STEP.exec(entry) ?? [];
    if (weight === void 0) return failed([ `${quoted(entry)} is not a step: it is "WEIGHT%" or "WEIGHT% for DURATION", with a whole weight from 1 to 100` ]);
    const held = bake === void 0 ? 0 : readDuration(bake);
    if (held === void 0 || held > LONGEST_BAKE) return failed([ `${quoted(bake ?? "")} in ${quoted(entry)} is not a bake time: it is a duration with its unit up to 120h, such as "5m"` ]);
    return succeeded({
      weight: Number(weight),
      bake: held
    });
  }
  function stepAt(steps, weight) {
    const next = steps.find(step => step.weight >= weight);
    return next && stepLike(steps, weight);
  }
  function stepLike(steps, weight) {
    const own = steps.find(step => step.weight === weight);
    return own ?? {
      weight: weight,
      bake: bakesLike(steps, weight)?.bake ?? 0
    };
  }
  function strayText(steps, weight) {
    const like = bakesLike(steps, weight);
    const bakes = like === void 0 || like.bake === 0 ? "does not bake," : `bakes for ${durationText(like.bake)}`;
    return `${weight} % is live and is no step; it ${bakes} like ${like?.weight ?? 0} %`;
  }
  function bakesLike(steps, weight) {
    return steps.findLast(step => step.weight < weight) ?? steps[0];
  }
  function stepsText(steps) {
    return steps.map(({weight: weight, bake: bake}) => `${weight}%${bake === 0 ? "" : ` for ${durationText(bake)}`}`).join(", ");
  }
  function skewDoubt(split) {
    const [one, other, ...more] = split.flatMap(({version: version, assetNames: assetNames}) => assetNames === void 0 ? [] : [ {
      version: version,
      names: assetNames
    } ]);
    if (one === void 0 || other === void 0 || more.length > 0) return [];
    const warning = skewWarning(one, other);
    return warning === void 0 ? [] : [ warning ];
  }
  function skewWarning(stable, canary) {
    const ofStable = lacking(stable.names, canary.names);
    const ofCanary = lacking(canary.names, stable.names);
    if (ofStable.missing + ofCanary.missing === 0) return;
    const told = [ ...ofStable.missing === 0 ? [] : [ `${canary.version} lacks ${skew_counted(ofStable)} of ${stable.version}` ], ...ofCanary.missing === 0 ? [] : [ `${stable.version} lacks ${skew_counted(ofCanary)} of ${canary.version}` ] ];
    const keep = ofStable.missing === 0 ? [] : [ `Keep the assets of the last release in the directory: then no page of ${stable.version} misses any.` ];
    const ahead = ofCanary.missing === 0 ? [] : [ `What ${stable.version} lacks it can only have from a release before: first release the new assets beside the old pages, then the pages.` ];
    return [ `While traffic is split, a page of one version asks the other for assets as well, and gets 404 for those that it lacks: ${told.join("; ")}.`, ...keep, ...ahead ].join(" ");
  }
  function skew_counted({missing: missing, of: of, exact: exact}) {
    return exact ? `${missing} of the ${of} hashed assets` : `${missing} of ${of} hashed assets that were compared`;
  }
  const SHORT = 7;
  function aboutVersion(details, now) {
    const {description: description, commit: commit, status: status, boundTo: boundTo} = details;
    const created = createdAt(details);
    return [ ...description === void 0 ? [] : [ quoted(description) ], ...commit === void 0 ? [] : [ `commit ${commit.slice(0, SHORT)}` ], created === void 0 ? "of unknown age" : ageText(now - created), ...isAvailable(details) ? [] : [ `status ${quoted(status ?? "")}` ], ...boundTo === void 0 ? [] : [ `bound to ${quoted(boundTo)}` ] ].join(", ");
  }
  function createdAt({version: version, createdAt: told}) {
    return readInstant(told) ?? instantOfId(version);
  }
  const version_text_UNITS = [ [ 864e5, "day" ], [ 36e5, "hour" ], [ 6e4, "minute" ], [ 1e3, "second" ] ];
  function ageText(milliseconds) {
    const [scale, unit] = version_text_UNITS.find(([least]) => milliseconds >= least) ?? version_text_UNITS[3];
    const count = Math.max(0, Math.floor(milliseconds / scale));
    return `${count} ${unit}${count === 1 ? "" : "s"} old`;
  }
  const MOST_LISTED = 5;
  function newestText(routine, {versions: versions}, now) {
    const newest = newestFirst(versions).slice(0, MOST_LISTED);
    if (newest.length === 0) return `${quoted(routine)} has no version at all`;
    const texts = newest.map(details => `${details.version} (${aboutVersion(details, now)})`);
    return `the newest of ${quoted(routine)} ${texts.length === 1 ? "is" : "are"} ${texts.join(", ")}`;
  }
  function newestFirst(versions) {
    const age = details => createdAt(details) ?? 0;
    return versions.filter(({version: version}) => isVersionNumber(version)).toSorted((one, other) => age(other) - age(one));
  }
  function orderMistakes(rollout, before, listing) {
    const {canary: canary, allowOlder: allowOlder = !1} = rollout;
    const rival = rivalOf(canary, before);
    if (allowOlder || rival === void 0) return [];
    const later = laterOf(dated(canary, before, listing), dated(rival.version, before, listing));
    if (later === canary) return [];
    if (!rival.beside) return later === void 0 ? [] : [ backwards(canary, rival.version) ];
    return [ later === void 0 ? undecided(canary, rival.version) : usurped(canary, rival.version, before) ];
  }
  function unknownOrder(rollout, before, listing) {
    const {canary: canary, allowOlder: allowOlder = !1} = rollout;
    const rival = rivalOf(canary, before);
    if (allowOlder || rival === void 0 || rival.beside) return [];
    if (laterOf(dated(canary, before, listing), dated(rival.version, before, listing)) !== void 0) return [];
    return [ `Whether version ${quoted(canary)} is newer than ${quoted(rival.version)}, which is live, is unknown: ${NO_ORDER}. It is rolled out as asked.` ];
  }
  const NO_ORDER = "the service gives no creation times that differ, and the ids are not times";
  function rivalOf(canary, before) {
    if (before.kind === "nothing") return;
    const [rival, ...more] = before.split.filter(share => share.version !== canary);
    if (rival === void 0 || more.length > 0) return;
    return {
      version: rival.version,
      beside: before.split.length > 1
    };
  }
  function dated(version, before, listing) {
    const serving = before.kind === "serving" ? before.details : [];
    const told = [ ...serving, ...listing.versions ].filter(known => known.version === version);
    return {
      version: version,
      createdAt: told.find(known => readInstant(known.createdAt) !== void 0)?.createdAt
    };
  }
  function backwards(canary, live) {
    return `version ${quoted(canary)} is older than ${quoted(live)}, which serves alone, and a workflow that is run again must not take the environment back in silence; write \`versions: ${canary}=100\` to go back at once, or \`allow-older: true\` to roll it out by steps`;
  }
  function usurped(canary, newer, before) {
    const since = before.kind === "serving" ? creationOf(before) : void 0;
    const when = since?.ok ? ` since ${instantText(since.value)}` : "";
    return `version ${quoted(canary)} is the stable of a rollout of the newer ${quoted(newer)}, both live${when}; write \`canary: ${newer}\` to go on with that rollout, \`versions: ${canary}=100\` to abort it, or \`allow-older: true\` if ${quoted(canary)} is meant to be the canary`;
  }
  function undecidedRoles(one, other) {
    return `nobody knows which of the live versions ${quoted(one)} and ${quoted(other)} is the canary and which the stable: ${NO_ORDER}`;
  }
  function undecided(canary, other) {
    return `${undecidedRoles(canary, other)}; write \`allow-older: true\` to take ${quoted(canary)} for the canary, or \`versions\` to deploy one of them alone`;
  }
  const NOTHING_LISTED = {
    versions: [],
    complete: !1
  };
  function makePlan(wish, reading) {
    if (!reading.live.ok) return {
      kind: "unreadable",
      wish: wish,
      fault: reading.live.error,
      before: void 0
    };
    const before = reading.live.value;
    if (wish.goal.kind === "report") {
      const mistakes = unexpected(wish, before);
      return mistakes.length > 0 ? {
        kind: "refused",
        wish: wish,
        before: before,
        mistakes: mistakes
      } : {
        kind: "report",
        wish: wish,
        before: before
      };
    }
    const listed = reading.listing ?? succeeded(NOTHING_LISTED);
    const settled = alreadySettled(wish.goal, before, listed.ok ? listed.value : NOTHING_LISTED);
    if (settled !== void 0) return {
      kind: "nothing-to-do",
      wish: wish,
      before: before,
      target: settled
    };
    if (!listed.ok) return {
      kind: "unreadable",
      wish: wish,
      fault: listed.error,
      before: before
    };
    return wish.goal.kind === "rollout" ? planRollout(wish, wish.goal, before, listed.value, reading.at) : planSplit(wish, wish.goal.split, before, listed.value);
  }
  function alreadySettled(goal, before, listing) {
    if (before.kind === "nothing") return;
    if (goal.kind === "split") return sameSplit(before.split, goal.split) ? before.split : void 0;
    const weight = weightOf(before.split, goal.canary);
    const passed = weight === 100 || goal.steps.every(step => step.weight < weight);
    return passed && orderMistakes(goal, before, listing).length === 0 ? before.split : void 0;
  }
  function unreadable(asked, fault, before) {
    return {
      kind: "unreadable",
      wish: wishless(asked),
      fault: fault,
      before: before
    };
  }
  function refuseWords(asked, {live: live, listing: listing, at: at}, mistakes) {
    const wish = wishless(asked);
    const numbers = refsIn(asked).flatMap(ref => ref.kind === "number" ? [ ref.version ] : []);
    const known = listing.ok ? [ newestText(wish.routine, listing.value, clockOf(live, at)) ] : [ `its versions cannot be listed (${listing.error.code})` ];
    const unfit = listing.ok ? undeployable(wish, numbers, live, listing.value) : [];
    return {
      kind: "refused",
      wish: wish,
      before: live,
      mistakes: [ ...unexpected(wish, live), ...unfit, ...mistakes, ...known ]
    };
  }
  function wishless(asked) {
    return {
      ...asked,
      goal: {
        kind: "report"
      }
    };
  }
  function planSplit(wish, target, before, listing) {
    const wanted = target.map(share => share.version);
    const mistakes = [ ...unexpected(wish, before), ...undeployable(wish, wanted, before, listing) ];
    if (mistakes.length > 0) return {
      kind: "refused",
      wish: wish,
      before: before,
      mistakes: mistakes
    };
    const known = wanted.flatMap(version => find(version, before, listing) ?? []);
    const uncertain = [ ...doubts(wish, wanted, before, listing), ...skewDoubt(stableFirst(known, before, listing)) ];
    return {
      kind: "deploy",
      wish: wish,
      before: before,
      target: target,
      known: known,
      doubts: uncertain
    };
  }
  function planRollout(wish, rollout, before, listing, at) {
    const {canary: canary, steps: steps, wait: wait} = rollout;
    const live = before.kind === "serving" ? before.split : [];
    const others = live.filter(share => share.version !== canary).map(share => share.version);
    const weight = live.find(share => share.version === canary)?.weight ?? 0;
    const current = weight > 0 ? stepAt(steps, weight) : void 0;
    const age = current === void 0 || before.kind === "nothing" ? void 0 : ageOf(before, at);
    const ageUnknown = age?.ok === !1 && (current?.bake ?? 0) > 0 ? age.error : void 0;
    const mistakes = [ ...unexpected(wish, before), ...thirdVersion(canary, others), ...orderMistakes(rollout, before, listing), ...weight > 0 ? [] : undeployable(wish, [ canary ], before, listing), ...ageUnknown === void 0 || wait ? [] : [ `${ageUnknown}, ${AGELESS}` ] ];
    if (mistakes.length > 0) return {
      kind: "refused",
      wish: wish,
      before: before,
      mistakes: mistakes
    };
    const [stable] = others;
    const ahead = [ ...current === void 0 ? [] : [ current ], ...steps.filter(step => step.weight > weight) ];
    const todo = stable === void 0 ? [ {
      weight: 100,
      bake: 0
    } ] : ahead;
    const liveSince = age === void 0 ? void 0 : at - (age.ok ? age.value : 0);
    const known = [ canary, ...others ].flatMap(version => find(version, before, listing) ?? []);
    const uncertain = [ ...ageUnknown === void 0 ? [] : [ `The bake of ${weight} % starts anew: ${ageUnknown}.` ], ...weight > 0 ? [] : doubts(wish, [ canary ], before, listing), ...unknownOrder(rollout, before, listing), ...stable === void 0 ? [ ONLY_ONE ] : noWayBack(stable, listing), ...unseenSteps(rollout.gate, todo), ...todo.every(step => step.weight === 100) ? [] : skewDoubt(known.toReversed()) ];
    const anew = ageUnknown === void 0 ? {} : {
      bakesAnew: !0
    };
    return {
      kind: "rollout",
      wish: wish,
      rollout: rollout,
      before: before,
      stable: stable,
      todo: todo,
      liveSince: liveSince,
      ...anew,
      known: known,
      doubts: uncertain
    };
  }
  function stableFirst(known, before, listing) {
    const [one, other] = known.map(({version: version}) => dated(version, before, listing));
    const isTurned = one !== void 0 && other !== void 0 && laterOf(one, other) === one.version;
    return isTurned ? known.toReversed() : [ ...known ];
  }
  function strayStep({rollout: rollout, todo: todo, liveSince: liveSince}) {
    const [first] = todo;
    if (liveSince === void 0 || first === void 0) return;
    const isOwn = rollout.steps.some(step => step.weight === first.weight);
    return isOwn ? void 0 : strayText(rollout.steps, first.weight);
  }
  const AGELESS = "so with `wait: false` nobody knows when its bake ends; use `wait: true`";
  const ONLY_ONE = "Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to.";
  function thirdVersion(canary, others) {
    if (others.length < 2) return [];
    return [ `two other versions are live already (${others.map(quoted).join(" and ")}) and an environment serves at most two, so ${quoted(canary)} has no place; finish that rollout first: \`canary: canary\` goes on with it, \`versions\` ends it` ];
  }
  function noWayBack(stable, listing) {
    const known = listing.versions.find(version => version.version === stable);
    const gone = known === void 0 && listing.complete;
    const broken = known !== void 0 && !isAvailable(known);
    if (!gone && !broken) return [];
    const what = gone ? "is no longer among the versions of the routine" : `has status ${quoted(known?.status ?? "")}`;
    return [ `The stable ${quoted(stable)} ${what}: a rollback to it may fail.` ];
  }
  function unexpected(wish, before) {
    const expected = wish.expectDeploymentId;
    if (expected === void 0 || before.kind === "serving" && before.deploymentId === expected) return [];
    const found = before.kind === "nothing" ? `nothing is live in ${wish.env}` : `deployment ${quoted(before.deploymentId)} is live in ${wish.env} (${splitText(before.split)})`;
    return [ `"expect-deployment-id" asks for deployment ${quoted(expected)}, but ${found}: somebody else has deployed since` ];
  }
  function undeployable(wish, wanted, before, listing) {
    return wanted.flatMap(version => {
      const known = find(version, before, listing);
      if (known === void 0) return listing.complete ? [ unknownVersion(version, wish, listing) ] : [];
      return [ ...notAvailable(known), ...boundElsewhere(known, wish) ];
    });
  }
  function unknownVersion(version, wish, listing) {
    const newest = listing.versions.slice(0, 3).map(known => known.version);
    const known = newest.length === 0 ? "it has no version at all" : `its newest are ${newest.map(quoted).join(", ")}`;
    return `version ${quoted(version)} does not exist in routine ${quoted(wish.routine)}: ${known}`;
  }
  function notAvailable({version: version, status: status}) {
    if (isAvailable({
      status: status
    })) return [];
    const remedy = status?.toLowerCase() === "init" ? "it is still being built; deploy it when it is Available" : "upload it again";
    return [ `version ${quoted(version)} cannot be deployed, its status is ${quoted(status ?? "")}: ${remedy}` ];
  }
  function boundElsewhere({version: version, boundTo: boundTo}, wish) {
    if (!isBoundElsewhere({
      boundTo: boundTo
    }, wish.env)) return [];
    return [ `version ${quoted(version)} is bound to the variables of ${quoted(boundTo ?? "")} and cannot be deployed to ${wish.env}` ];
  }
  function find(version, before, listing) {
    const serving = before.kind === "serving" ? before.details : [];
    return [ ...listing.versions, ...serving ].find(known => known.version === version);
  }
  function doubts(wish, wanted, before, listing) {
    return wanted.filter(version => find(version, before, listing) === void 0).map(version => `Version ${quoted(version)} is not among the newest ${listing.versions.length} that the service lists of ${quoted(wish.routine)}; whether it exists is left to the service.`);
  }
  function latest(listing, {routine: routine, env: env}) {
    const able = numbered(listing).filter(one => isDeployable(one, env));
    if (able.length === 0) return failed(`no version of ${quoted(routine)} can be deployed to ${env}`);
    const newest = able.find(one => able.every(other => other === one || isLater(one, other)));
    return newest === void 0 ? failed(`nobody knows which version is the newest: ${NO_ORDER}`) : succeeded(newest.version);
  }
  function passedOver(version, listing) {
    const own = listing.versions.find(one => one.version === version);
    const over = own === void 0 ? [] : numbered(listing).filter(one => !isAvailable(one) && isLater(one, own));
    const [first, ...more] = over.toSorted((one, other) => isLater(one, other) ? -1 : 1);
    if (first === void 0) return [];
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    return [ `\`latest\` passes over version ${quoted(first.version)}${others}, which is newer than ${version}: its status is ${quoted(first.status ?? "")}.` ];
  }
  function byCommit(sha, listing, {env: env, now: now}) {
    const built = numbered(listing).filter(one => isBuiltFrom(one, sha));
    const able = built.filter(one => isDeployable(one, env));
    const candidates = able.length > 0 ? able : built;
    const [only, ...more] = candidates;
    if (only === void 0) {
      const {versions: versions, complete: complete} = listing;
      const all = complete ? "its versions" : `the newest ${versions.length}, which are all that the service lists,`;
      return failed(`none of ${all} names that commit`);
    }
    if (more.length === 0) return succeeded(only.version);
    const texts = candidates.slice(0, MOST_NAMED).map(one => `${one.version} (${aboutVersion(one, now)})`);
    const others = candidates.length > MOST_NAMED ? ` and ${candidates.length - MOST_NAMED} more` : "";
    const ways = "give more of its digits, or a number";
    return failed(`${candidates.length} versions name that commit, ${texts.join(", ")}${others}; ${ways}`);
  }
  const MOST_NAMED = 5;
  function numbered({versions: versions}) {
    return versions.filter(({version: version}) => isVersionNumber(version));
  }
  function isDeployable(details, env) {
    return isAvailable(details) && !isBoundElsewhere(details, env);
  }
  function isLater(one, other) {
    return laterOf(one, other) === one.version;
  }
  function isBuiltFrom(details, sha) {
    const told = commitOf(details);
    return told !== void 0 && (told.startsWith(sha) || sha.startsWith(told));
  }
  function commitOf({commit: commit, description: description = ""}) {
    return commit ?? SHA_FIRST.exec(description)?.[1]?.toLowerCase();
  }
  const SHA_FIRST = /^([0-9a-f]{7,40})(?![^\s:,;])/i;
  function needsListing(asked, live) {
    return wordsIn(asked).some(ref => {
      if (ref.kind === "commit" || ref.word === "latest") return !0;
      const isRole = ref.word === "stable" || ref.word === "canary";
      return isRole && live?.kind === "serving" && live.split.length > 1 && roles(live).canary === void 0;
    });
  }
  function resolve(asked, facts) {
    const found = refsIn(asked).map(ref => ({
      ref: ref,
      version: versionOf(ref, asked, facts)
    }));
    const mistakes = found.flatMap(({ref: ref, version: version}) => version.ok ? [] : [ `${version_words_inTicks(ref)}: ${version.error}` ]);
    if (mistakes.length > 0) return failed(mistakes);
    const known = found.flatMap(({ref: ref, version: version}) => version.ok ? [ {
      ref: ref,
      version: version.value
    } ] : []);
    const [one, other] = known;
    if (one !== void 0 && one.version === other?.version) return failed([ sameTwice(one.ref, other.ref, one.version) ]);
    const versions = new Map(known.map(({ref: ref, version: version}) => [ ref, version ]));
    const words = known.filter(({ref: ref}) => ref.kind !== "number");
    return succeeded({
      wish: withVersions(asked, ref => versions.get(ref) ?? ""),
      words: words.map(({ref: ref, version: version}) => ({
        word: refText(ref),
        version: version,
        details: version_words_detailsOf(ref, version, facts, asked)
      })),
      doubts: words.flatMap(({ref: ref, version: version}) => ref.kind === "word" && ref.word === "latest" ? passedOver(version, facts.listing ?? NOTHING_LISTED) : [])
    });
  }
  function versionOf(ref, asked, facts) {
    const {listing: listing = NOTHING_LISTED, now: now} = facts;
    switch (ref.kind) {
     case "number":
      return succeeded(ref.version);

     case "commit":
      return byCommit(ref.sha, listing, {
        env: asked.env,
        now: now
      });

     case "word":
      {
        if (ref.word === "uploaded") return facts.uploaded === void 0 ? failed("`code` is not given") : succeeded(facts.uploaded.version);
        const version = byWord(ref.word, asked, facts);
        return !version.ok || isVersionNumber(version.value) ? version : failed(`it is ${quoted(version.value)}, which is not the number of a version`);
      }
    }
  }
  function byWord(word, {routine: routine, env: env}, facts) {
    const {live: live, listing: listing = NOTHING_LISTED, previous: previous} = facts;
    switch (word) {
     case "latest":
      return latest(listing, {
        routine: routine,
        env: env
      });

     case "stable":
     case "canary":
      return roleOf(word, env, live, listing);

     case "staging":
     case "production":
      return aloneIn(word, version_words_servedBy(word, env, facts));

     case "previous":
      return previous ?? failed("no record of rollouts is kept that could tell; give `github-deployment` to keep one");
    }
  }
  const READABLE = [ "latest", "stable", "canary", "staging", "production" ];
  function wordsFor(details, place, facts) {
    const isMeant = found => found.ok && found.value === details.version;
    const {env: env} = place;
    const {listing: listing = NOTHING_LISTED, now: now} = facts;
    const sha = commitOf(details)?.slice(0, SHORT_SHA);
    return [ ...READABLE.filter(word => isMeant(byWord(word, place, facts))), ...sha !== void 0 && isMeant(byCommit(sha, listing, {
      env: env,
      now: now
    })) ? [ `commit:${sha}` ] : [] ];
  }
  const SHORT_SHA = 7;
  function version_words_servedBy(asked, env, {live: live, elsewhere: elsewhere}) {
    return asked === env ? succeeded(live) : elsewhere();
  }
  function aloneIn(env, served) {
    if (!served.ok) return failed(`what is live in ${env} cannot be told: ${served.error}`);
    if (served.value.kind === "nothing") return failed(`nothing is live in ${env}`);
    const {split: split} = served.value;
    if (split.length > 1) return failed(`${env} serves ${splitText(split)}, so no version is live there alone`);
    return succeeded(split[0].version);
  }
  function roleOf(word, env, live, listing) {
    if (live.kind === "nothing") return failed(`nothing is live in ${env}`);
    const [{version: one}, second] = live.split;
    if (second === void 0) return word === "stable" ? succeeded(one) : failed(`version ${quoted(one)} is live alone, so there is no canary`);
    const other = second.version;
    const later = laterOf(dated(one, live, listing), dated(other, live, listing));
    if (later === void 0) return failed(undecidedRoles(one, other));
    const earlier = later === one ? other : one;
    return succeeded(word === "canary" ? later : earlier);
  }
  function version_words_detailsOf(ref, version, {live: live, elsewhere: elsewhere, listing: listing = NOTHING_LISTED}, {env: env}) {
    const known = find(version, live, listing);
    const isElsewhere = ref.kind === "word" && (ref.word === "staging" || ref.word === "production") && ref.word !== env;
    if (known !== void 0 || !isElsewhere) return known;
    const other = elsewhere();
    return other.ok ? find(version, other.value, NOTHING_LISTED) : void 0;
  }
  function sameTwice(one, other, version) {
    return `${version_words_inTicks(one)} and ${version_words_inTicks(other)} are the same version, ${quoted(version)}, and a split takes each once; \`versions: ${version}=100\` gives it all requests`;
  }
  function version_words_inTicks(ref) {
    return `\`${refText(ref)}\``;
  }
  const MOST_SHOWN = 10;
  function choiceOf(place, facts) {
    const {listing: listing} = facts;
    const all = newestFirst(listing.versions);
    const known = {
      ...facts,
      previous: void 0,
      uploaded: void 0
    };
    const newest = all.slice(0, MOST_SHOWN).map(details => ({
      ...details,
      words: wordsFor(details, place, known)
    }));
    return {
      newest: newest,
      others: all.length - newest.length,
      complete: listing.complete
    };
  }
  function mayStillList(read) {
    return read.ok || read.error.operation === "GetRoutine" && isDenial(read.error.code);
  }
  async function readAndPlan(asked, reader) {
    const listed = askedOnceIfItFails(reader.service.openListing());
    const list = withUploaded(listed, reader.uploaded);
    const wanted = wantedAtOnce(asked);
    const [look, begun] = await Promise.all([ firstLook(reader), wanted && list(wanted) ]);
    const planned = await planFrom(asked, {
      ...look,
      begun: begun,
      list: list
    }, reader);
    const {both: both} = look;
    reader.append(both.ok ? {
      kind: "read",
      live: both.value.live
    } : {
      kind: "read-failed",
      fault: both.error
    });
    return {
      ...planned,
      readAt: look.at,
      basis: {
        both: both,
        list: listed
      }
    };
  }
  async function takeSurvey({plan: {wish: wish}, at: now, basis: basis}, {credentials: credentials, tried: tried, needed: needed, timeline: timeline}) {
    const listed = basis !== void 0 && mayStillList(basis.both) ? await basis.list("all") : void 0;
    const told = {
      credentials: credentials,
      access: accessOf(needed, timeline),
      tried: tried,
      now: now
    };
    if (basis === void 0 || !basis.both.ok) return {
      ...told,
      served: [],
      choice: listed?.ok ? void 0 : listed
    };
    const {live: live, elsewhere: elsewhere} = basis.both.value;
    const served = [ {
      env: wish.env,
      live: succeeded(live)
    }, {
      env: reading_otherThan(wish.env),
      live: elsewhere()
    } ];
    const choice = listed?.ok ? succeeded(choiceOf(wish, {
      live: live,
      elsewhere: elsewhere,
      listing: listed.value,
      now: now
    })) : listed;
    return {
      ...told,
      served: served,
      choice: choice
    };
  }
  function askedOnceIfItFails(list) {
    let failure;
    return async wanted => {
      if (failure !== void 0) return failure;
      const answer = await list(wanted);
      answer.ok || (failure = answer);
      return answer;
    };
  }
  const FRESH = 2e3;
  async function lookAgain({service: service, append: append, now: now}, readAt) {
    if (now() - readAt < FRESH) return;
    const live = await service.readLive(!1);
    append(live.ok ? {
      kind: "read",
      live: live.value
    } : {
      kind: "read-failed",
      fault: live.error
    });
  }
  function withUploaded(list, uploaded) {
    if (uploaded === void 0) return list;
    return async wanted => {
      const listed = await list(wanted);
      if (!listed.ok || listed.value.versions.some(({version: version}) => version === uploaded.version)) return listed;
      return succeeded({
        ...listed.value,
        versions: [ uploaded, ...listed.value.versions ]
      });
    };
  }
  function readsAtOnce(asked) {
    return wantedAtOnce(asked) !== void 0;
  }
  function wantedAtOnce(asked) {
    if (needsListing(asked)) return "all";
    if (asked.goal.kind !== "split") return;
    return refsIn(asked).flatMap(ref => ref.kind === "number" ? [ ref.version ] : []);
  }
  async function firstLook({service: {readBoth: readBoth}, now: now}) {
    const first = await readBoth();
    const both = first.ok && first.value.live.kind === "nothing" ? await readBoth() : first;
    return {
      both: both,
      at: now()
    };
  }
  function reading_otherThan(env) {
    return env === "staging" ? "production" : "staging";
  }
  async function planFrom(asked, {both: both, at: at, begun: begun, list: list}, {previousVersion: previousVersion, uploaded: uploaded}) {
    if (!both.ok) return {
      plan: unreadable(asked, both.error),
      words: [],
      doubts: [],
      at: at
    };
    const {live: live, elsewhere: elsewhere} = both.value;
    const now = clockOf(live, at);
    const needed = needsListing(asked, live);
    const listed = needed && begun?.ok !== !1 ? await list("all") : begun;
    if (needed && listed?.ok === !1) return {
      plan: unreadable(asked, listed.error, live),
      words: [],
      doubts: [],
      at: now
    };
    const asksForRecord = wordsIn(asked).some(ref => ref.kind === "word" && ref.word === "previous");
    const previous = asksForRecord ? await (previousVersion?.(live)) : void 0;
    const listing = listed?.ok ? listed.value : void 0;
    const resolved = resolve(asked, {
      live: live,
      elsewhere: elsewhere,
      listing: listing,
      previous: previous,
      uploaded: uploaded,
      now: now
    });
    if (!resolved.ok) {
      const plan = refuseWords(asked, {
        live: live,
        at: at,
        listing: listed ?? await list([])
      }, resolved.error);
      return {
        plan: plan,
        words: [],
        doubts: [],
        at: now
      };
    }
    const {wish: wish, ...told} = resolved.value;
    const plan = makePlan(wish, {
      live: succeeded(live),
      at: at,
      listing: await listingFor(wish.goal, live, listed, list)
    });
    return {
      plan: plan,
      ...told,
      at: now
    };
  }
  async function listingFor(goal, live, listed, list) {
    if (goal.kind === "report" || listed?.ok === !1) return listed;
    if (goal.kind === "split") return list(goal.split.map(({version: version}) => version));
    const {canary: canary, allowOlder: allowOlder = !1} = goal;
    if (live.kind === "nothing" || weightOf(live.split, canary) === 0) return list([ canary ]);
    const isClear = allowOlder || live.split.length === 1 || roles(live).canary !== void 0;
    return isClear ? listed : list(live.split.map(({version: version}) => version));
  }
  const NEVER_BACK = {
    unhealthy: "hold",
    inconclusive: "hold",
    undeployable: "hold",
    unreadable: "hold",
    cancelled: "hold"
  };
  function courseOf(plan) {
    if (plan.kind === "deploy") {
      const targets = [ {
        split: plan.target,
        weight: 100,
        bake: 0
      } ];
      return {
        targets: targets,
        liveSince: void 0,
        back: void 0,
        gate: void 0,
        wait: !0,
        on: NEVER_BACK
      };
    }
    const {rollout: rollout, stable: stable, todo: todo, liveSince: liveSince} = plan;
    const {gate: gate, wait: wait, onFailure: onFailure, onInconclusive: onInconclusive, onCancel: onCancel} = rollout;
    return {
      targets: todo.map(({weight: weight, bake: bake}) => ({
        split: splitAt(rollout.canary, stable, weight),
        weight: weight,
        bake: bake
      })),
      liveSince: liveSince,
      back: stable === void 0 ? void 0 : [ {
        version: stable,
        weight: 100
      } ],
      gate: gate,
      wait: wait,
      on: {
        unhealthy: onFailure,
        inconclusive: onInconclusive,
        undeployable: onFailure,
        unreadable: onFailure,
        cancelled: onCancel
      }
    };
  }
  function splitAt(canary, stable, weight) {
    const share = {
      version: canary,
      weight: weight
    };
    return weight === 100 || stable === void 0 ? [ {
      ...share,
      weight: 100
    } ] : [ share, {
      version: stable,
      weight: 100 - weight
    } ];
  }
  function adoptedTarget(plan, live) {
    if (plan.kind !== "rollout" || live.kind === "nothing") return;
    const {split: split} = live;
    return {
      split: split,
      ...stepLike(plan.rollout.steps, weightOf(split, plan.rollout.canary))
    };
  }
  function isBack({back: back}, split) {
    return back !== void 0 && sameSplit(back, split);
  }
  function canaryWeight(plan, split) {
    return plan.kind === "rollout" ? weightOf(split, plan.rollout.canary) : 0;
  }
  function liveCanaryWeight(plan, live) {
    return canaryWeight(plan, liveSplit(live));
  }
  function baselineOf(plan) {
    if (plan.kind !== "rollout" || plan.stable === void 0) return;
    const {rollout: rollout, stable: stable, before: before, todo: todo} = plan;
    const {gate: gate} = rollout;
    if (gate === void 0 || gate.urls === 0 || gate.mark !== void 0) return;
    if (liveCanaryWeight(plan, before) > 0) return;
    const step = todo.find(({bake: bake}) => bake > 0);
    return step && {
      kind: "baseline",
      version: stable,
      weight: step.weight
    };
  }
  function baselineDue({plan: plan, ledger: ledger, baseline: baseline}) {
    if (baseline !== void 0 || ledger.owner !== "before" || ledger.writes.length > 0) return;
    return baselineOf(plan);
  }
  function baselineIn(timeline) {
    return timeline.find(event => event.kind === "baseline");
  }
  function observedIn(timeline) {
    const findings = timeline.filter(event => event.kind === "observed");
    return findings.find(wouldEnd) ?? findings[0];
  }
  function wouldEnd({why: why}) {
    return why !== "site-fails";
  }
  const WOULD = {
    rollback: "would have been rolled back",
    hold: "would have been held",
    "bake-on": "would have baked on"
  };
  function observationText({how: how, weight: weight, after: after, sentence: sentence}) {
    return `In observe mode: ${WOULD[how]} at ${weight} %, after ${durationText(rounded(after))}: ${withStop(sentence)}`;
  }
  const CHANCE = .05;
  function failsAlready(gate, counts) {
    return atLeast(counts.bad, evidence_sizeOf(counts), allowedShare(gate)) < CHANCE;
  }
  function baselineWarning(gate, version, {stable: stable}) {
    if (!failsAlready(gate, stable)) return;
    const failed = `${failedOf(stable, "answer")} of the stable ${oneLine(version, 40)} failed`;
    return `Before the first step ${failed}, more than the ${percentAllowed(gate)} % that may fail: a canary that is no worse may be ${gate.mode === "observe" ? "blamed" : "stopped"} for it. Name what tells the versions apart in \`gate-version-header\`, or a \`gate-success-rate\` that the stable keeps. The rollout goes on.`;
  }
  function hasControl(check) {
    return check.stable !== void 0;
  }
  function cutsConnections(allowed, checks) {
    if (checks.every(({cut: cut}) => cut === 0)) return !1;
    if (!wasEverEnoughAgainstAllowed(allowed, checks.map(mixture))) return !1;
    return isMissingAnswers(checks.map(drawnIn));
  }
  function drawnIn({weight: weight, canary: canary, stable: stable}) {
    return {
      weight: weight,
      canary: evidence_sizeOf(canary),
      stable: evidence_sizeOf(stable)
    };
  }
  function cutIn(checks) {
    return checks.reduce((sum, {cut: cut}) => sum + cut, 0);
  }
  function mixture({canary: canary, stable: stable, cut: cut, unnamed: unnamed}) {
    return total([ canary, ...stable === void 0 ? [] : [ stable ], {
      good: unnamed,
      bad: cut
    } ]);
  }
  function whyUnhealthy(gate, checks, baseline) {
    const since = turnedAt(gate, checks);
    const latest = checks.slice(since);
    const [first] = latest.flatMap(({canary: canary, cut: cut, failures: failures}) => canary.bad + cut > 0 ? failures : []);
    const seen = first === void 0 ? "" : `; the first was ${first.seen.includes("`") ? inTicks(first.seen) : first.seen} from ${inTicks(first.target)}`;
    const failed = thing => failedLately(oursIn(latest), thing, since > 0);
    const inAll = since > 0 ? ` (in all ${failedOf(oursIn(checks))})` : "";
    if (checks.every(isExitCode)) return `${failed("check")} by \`gate-command\` failed${inAll}${seen}. ${chance(gate)}`;
    if (checks.every(check => !hasControl(check))) {
      if (checks[0]?.source !== "gate-url") return `${failed("answer")} of the canary failed${inAll}${seen}. ${chance(gate)}`;
      return `${failed("answer")} failed${inAll}${seen}. ${chance(gate)}${gate.mark === void 0 ? whose(gate, checks, baseline) : ""}`;
    }
    return `${whoFailed(gate, checks, since, sideBySide(checks, since))}${seen}. ${chance(gate)}`;
  }
  function turnedAt(gate, checks) {
    const allowed = allowedShare(gate);
    const compared = checks.filter(hasControl);
    const isCut = cutsConnections(allowed, compared);
    const first = compared[isCut ? isMissingSince(compared.map(drawnIn)) : worseSince(compared)];
    const fails = isCut ? 0 : failsSince(allowed, checks.map(oursOf));
    const since = first === void 0 ? fails : Math.max(fails, checks.indexOf(first));
    const isBad = ({canary: canary, cut: cut}) => canary.bad + cut > 0;
    const wasSeen = checks.slice(0, since).some(({canary: canary}) => evidence_sizeOf(canary) > 0);
    return wasSeen && checks.slice(since).some(isBad) ? since : 0;
  }
  const oursOf = ({canary: canary}) => canary;
  const oursIn = checks => total(checks.map(oursOf));
  const theirsIn = checks => total(checks.flatMap(({stable: stable}) => stable ?? []));
  function failedLately(counts, thing, isLate) {
    return isLate ? `${counts.bad} of the last ${counted(evidence_sizeOf(counts), thing)}` : failedOf(counts, thing);
  }
  function sideBySide(checks, since) {
    const latest = checks.slice(since);
    const [ours, theirs] = [ oursIn(latest), theirsIn(latest) ];
    const inAll = since > 0 ? ` (in all ${failedOf(oursIn(checks))}, and ${failedOf(theirsIn(checks))})` : "";
    if (evidence_sizeOf(ours) === 0) return `the canary gave no answer${since > 0 ? " any more" : ""}, and ${failedLately(theirs, "answer", since > 0)} of the stable failed${inAll}`;
    const control = evidence_sizeOf(theirs) === 0 ? "the stable gave no answer" : `${failedOf(theirs)} of the stable`;
    return `${failedLately(ours, "answer", since > 0)} of the canary failed, and ${control}${inAll}`;
  }
  function whoFailed(gate, checks, since, named) {
    const latest = checks.slice(since).filter(hasControl);
    const cut = cutIn(latest);
    if (cut === 0) return named;
    const told = `${counted(cut, "request")} failed and named no version`;
    if (!cutsConnections(allowedShare(gate), checks.filter(hasControl))) return `${named}, and ${told}`;
    const draws = latest.map(drawnIn);
    const ours = draws.reduce((sum, {canary: canary}) => sum + canary, 0);
    const all = draws.reduce((sum, {canary: canary, stable: stable}) => sum + canary + stable, 0);
    const expected = draws.reduce((sum, {weight: weight, canary: canary, stable: stable}) => sum + weight / 100 * (canary + stable), 0);
    const missing = `it gave ${ours} of ${counted(all, "answer")}, where about ${Math.round(expected)} were expected`;
    return `${told}, and count as the canary's: ${missing}; of those that named theirs, ${named}`;
  }
  function isExitCode({source: source, since: since}) {
    return source === "gate-command" && since === void 0;
  }
  function whose(gate, checks, baseline) {
    const isKnown = baseline !== void 0 && evidence_sizeOf(baseline) > 0;
    const before = isKnown ? `before the first step ${failedOf(baseline, "answer")} of the stable failed` : "";
    if (checks.every(({weight: weight}) => weight === 100)) return isKnown ? `; ${before}` : "";
    const told = isKnown ? failsAlready(gate, baseline) ? `${before} already, so the stable may be to blame` : `${before}; it may be to blame all the same` : "the stable may be to blame";
    return `. Nobody can tell which version gave them: ${told}, and \`gate-version-header\` would tell`;
  }
  function chance({successRate: successRate}) {
    return `A canary with ${successRate} % healthy answers fails like that by chance in less than 1 of 100 rollouts`;
  }
  function whySiteFails(latest) {
    const [ours, theirs] = [ total(latest.map(({canary: canary}) => canary)), total(latest.map(({stable: stable}) => stable)) ];
    const cut = cutIn(latest);
    const missing = cut === 0 ? "" : `; ${counted(cut, "request")} failed and named no version`;
    if (theirs.bad === 0) return `${cut} of the latest ${counted(evidence_sizeOf(total(latest.map(mixture))), "request")} failed, and by which version cannot be told yet`;
    const failed = `${theirs.bad} of its latest ${counted(evidence_sizeOf(theirs), "answer")}`;
    return `the stable fails as well: ${failed}, and ${failedOf(ours)} of the canary's${missing}`;
  }
  function whyBlind({mark: mark}, source, checks, added) {
    const unnamed = checks.reduce((sum, check) => sum + check.unnamed, 0);
    const answers = evidence_sizeOf(total(checks.map(mixture)));
    if (mark !== void 0 && unnamed > 0 && unnamed === answers) return `${counted(unnamed, "answer")}, none had \`${mark}\`: the routine has to set it`;
    if (mark !== void 0 && 2 * unnamed > answers) return `${unnamed} of ${counted(answers, "answer")} had no \`${mark}\`: the routine has to set it in each, the stable's too`;
    const none = noneOf(checks.length, source);
    const ours = total(added.map(({canary: canary}) => canary));
    if (ours.good === 0 && ours.bad > 0) return `${none} well: ${ours.bad} of its ${counted(ours.bad, "answer")} failed`;
    if (source !== "gate-url") return `${none}${whyUncounted(checks)}`;
    const theirs = total(checks.flatMap(({stable: stable}) => stable ?? []));
    const others = ours.good === 0 && mark !== void 0 ? evidence_sizeOf(theirs) : 0;
    if (others === 0) return `${none}${whyUnreached(checks)}`;
    const which = others === 1 ? "its one answer did not have" : `none of ${others} answers had`;
    return `${none}: ${which} the canary's value of \`${mark}\``;
  }
  function noneOf(checks, source) {
    return checks === 1 ? `the one check by \`${source}\` could not measure it` : `none of ${counted(checks, "check")} by \`${source}\` could measure it`;
  }
  function lastUnknown(checks) {
    return checks.findLast(({unknown: unknown}) => unknown > 0)?.failures[0];
  }
  function whyUnreached(checks) {
    const isReached = checks.some(check => evidence_sizeOf(mixture(check)) > 0);
    const last = isReached ? void 0 : lastUnknown(checks);
    return last === void 0 ? "" : `: ${last.seen} from ${inTicks(last.target)}`;
  }
  function whyUncounted(checks) {
    const last = lastUnknown(checks);
    if (last !== void 0) return `: ${last.seen}`;
    const told = checks.filter(check => !isExitCode(check)).map(({canary: canary}) => canary);
    const none = told.length > 0 && told.every(counts => evidence_sizeOf(counts) === 0);
    return none ? ": it counted no answer of the canary" : "";
  }
  function describeCheck(measurement) {
    const {source: source, canary: canary, stable: stable, since: since, cut: cut, unknown: unknown, unnamed: unnamed, failures: failures} = measurement;
    const [first] = failures;
    const none = evidence_sizeOf(canary) === 0;
    const all = isExitCode(measurement) ? `${failedOf(canary, "check")} by \`gate-command\`` : failedOf(canary, "answer");
    const mixed = none ? "no answer" : `${all} failed`;
    const ours = none ? "no answer of the canary" : `${failedOf(canary, "answer")} of the canary failed`;
    const theirs = stable === void 0 || evidence_sizeOf(stable) === 0 ? "no answer" : failedOf(stable);
    const both = stable === void 0 ? ours : `${ours}, ${theirs} of the stable`;
    return [ stable === void 0 && since === void 0 ? mixed : both, ...since === void 0 ? [] : [ `counted by \`${source}\`${since === "step" ? " since the step began" : ""}` ], ...cut === 0 ? [] : [ `${cut} failed and named no version` ], ...unnamed === 0 ? [] : [ `${unnamed} did not name ${unnamed === 1 ? "its" : "their"} version` ], ...unknown === unnamed ? [] : [ unknown - unnamed + " could not be measured" ], ...first === void 0 ? [] : [ `first: ${first.seen} from ${first.target}` ] ].join("; ");
  }
  function describeChecks(weight, checks) {
    return `${howMany(checks)} at ${weight} %: ${describeAll(checks)}`;
  }
  function describeChecksHere(checks) {
    return `${howMany(checks)}: ${describeAll(checks)}`;
  }
  function sourcesOf(checks) {
    const names = [ ...new Set(checks.map(({source: source}) => source)) ];
    return names.map(name => checks.filter(({source: source}) => source === name));
  }
  function howMany(checks) {
    return counted(Math.max(...sourcesOf(checks).map(own => own.length)), "check");
  }
  function describeAll(checks) {
    const sources = sourcesOf(checks);
    const clauses = sources.map(own => ({
      source: own[0]?.source,
      text: describeCheck(together(own))
    }));
    if (clauses.length === 1) return clauses[0]?.text ?? "";
    return clauses.map(({source: source, text: text}) => `\`${source}\` ${text}`).join("; ");
  }
  function together(checks) {
    const last = checks.at(-1);
    const sum = of => checks.reduce((so, check) => so + of(check), 0);
    const isWhole = last.since === "step";
    const theirs = checks.flatMap(({stable: stable}) => stable ?? []);
    return {
      ...last,
      canary: isWhole ? last.canary : total(checks.map(({canary: canary}) => canary)),
      stable: isWhole || theirs.length === 0 ? last.stable : total(theirs),
      cut: sum(({cut: cut}) => cut),
      unknown: sum(({unknown: unknown}) => unknown),
      unnamed: sum(({unnamed: unnamed}) => unnamed),
      failures: checks.flatMap(({failures: failures}) => failures)
    };
  }
  function differs(check, before) {
    return before === void 0 || pictureOf(check) !== pictureOf(before);
  }
  function pictureOf({canary: canary, cut: cut, unknown: unknown, failures: failures}) {
    return JSON.stringify([ evidence_sizeOf(canary) > 0, canary.bad > 0, cut > 0, unknown > 0, failures[0]?.seen ]);
  }
  function log_lines_describe(event) {
    switch (event.kind) {
     case "called":
      {
        const id = event.requestId === "" ? "" : `, RequestId ${event.requestId}`;
        const again = event.retryIn === void 0 ? "" : `; again in ${seconds(event.retryIn)}`;
        const attempt = event.attempt > 1 ? ` (attempt ${event.attempt})` : "";
        const held = event.waited === void 0 ? "" : `, after waiting ${seconds(event.waited)}`;
        return oneLine(`${event.operation}${attempt}: ${event.result} in ${seconds(event.took)}${held}${id}${again}`);
      }

     case "read":
      return oneLine(`Live now: ${describeLive(event.live)}`);

     case "accepted":
      return oneLine(`Accepted: ${splitText(event.split)}${event.deploymentId === "" ? "" : ` as deployment ${event.deploymentId}`}`);

     case "write-failed":
     case "read-failed":
      {
        const {operation: operation, code: code, message: message} = event.fault;
        const isBaking = event.kind === "read-failed" && event.baking === !0;
        const what = isBaking ? `${withStop(message)} The bake goes on, and it is read again` : message;
        return oneLine(`${operation} failed: ${code}: ${what}`);
      }

     case "measured":
      return oneLine(`Checked at ${event.weight} %: ${describeCheck(event.measurement)}`, LONGEST_CHECK);

     case "baseline":
      return oneLine(`Before the first step: ${describeBaseline(event)}`, LONGEST_CHECK);

     case "observed":
      return oneLine(observationText(event));

     case "uploaded":
      {
        const mark = event.mark === "" ? "" : `; it answers for itself as ${event.mark}`;
        const how = event.reused ? "Nothing to upload: the same code is version" : "Uploaded: the code is version";
        return oneLine(`${how} ${event.version}${mark}`);
      }

     case "upload-failed":
      return oneLine(`The upload failed: ${event.fault.code}: ${event.fault.message}`);

     case "removed":
      return oneLine(`Deleted version ${event.version}: ${REMOVED[event.why]}`);

     case "deviated":
      return oneLine(`Otherwise than assumed of the service: ${event.fact} (${event.seen}); see docs/facts.md`);

     case "adopted":
      {
        const bakes = event.bake === 0 ? "" : `, and bakes for ${durationText(event.bake)} from now on`;
        return oneLine(`Somebody else moved the canary to ${event.weight} %: adopted${bakes}`);
      }

     case "cancelled":
      return oneLine(`Cancelled: ${event.by}`);

     case "aborted":
      return oneLine(`Left unfinished: ${event.sentence}`);

     case "wait":
      return oneLine(event.purpose === "bake" ? event.why : `Waiting ${seconds(event.for)}: ${event.why}`);
    }
  }
  const REMOVED = {
    pruned: "it was the oldest that `keep-versions` does not keep",
    unfinished: "its upload was begun here and not finished"
  };
  const LONGEST_CHECK = 1e3;
  function describeBaseline({version: version, stable: stable, unknown: unknown, failures: failures}) {
    const [first] = failures;
    return [ evidence_sizeOf(stable) === 0 ? `no answer of the stable ${version}` : `${failedOf(stable, "answer")} of the stable ${version} failed`, ...unknown === 0 ? [] : [ `${unknown} could not be measured` ], ...first === void 0 ? [] : [ `first: ${first.seen} from ${first.target}` ] ].join("; ");
  }
  function warningOf(gate, event) {
    if (event.kind !== "baseline" || gate === void 0) return;
    return baselineWarning(gate, event.version, event);
  }
  function describeLive(live) {
    if (live.kind === "nothing") return "nothing";
    const id = live.deploymentId === "" ? "without a deployment" : `deployment ${live.deploymentId}`;
    return `${splitText(live.split)} (${id}${live.deployedAt === void 0 ? "" : ` of ${live.deployedAt}`})`;
  }
  function describeRollout(plan) {
    const {wish: wish, rollout: rollout, stable: stable, todo: todo, liveSince: liveSince} = plan;
    const from = stable === void 0 ? "nothing live yet" : `stable ${stable}`;
    const how = wish.dryRun ? "Would roll out" : liveSince === void 0 ? "Rolling out" : "Going on with";
    const since = plan.bakesAnew ? "live, nobody knows since when" : `live since ${new Date(liveSince ?? 0).toISOString()}`;
    const steps = todo.map((step, index) => {
      const after = todo.slice(0, index).reduce((sum, earlier) => sum + earlier.bake, 0);
      const due = index > 0 ? `after ${durationText(after)}` : liveSince === void 0 ? "now" : since;
      return `  ${step.weight} % ${due}${step.bake === 0 ? "" : `, held for ${durationText(step.bake)}`}`;
    });
    const stray = strayStep(plan);
    return [ `${how} ${versionName(rollout.canary)} on ${quoted(wish.routine)} in ${wish.env}, ${from}:`, ...stray === void 0 ? [] : [ `  ${stray}` ], ...steps, ...rollout.gate?.mode === "observe" ? [ OBSERVES ] : [], ...rollout.gate === void 0 ? [] : sensitivityLines(rollout.gate, todo), ...baselineLines(plan) ].map(line => oneLine(line));
  }
  function baselineLines(plan) {
    const {gate: gate} = plan.rollout;
    const first = baselineOf(plan);
    if (first === void 0 || gate === void 0) return [];
    const requests = counted(sampleSize(first.weight) * gate.urls, "request");
    return [ `Before the first step the gate asks the stable alone, with ${requests}.` ];
  }
  const OBSERVES = "The gate only observes: it tells what it would have done, and stops nothing.";
  function describeWord({word: word, version: version, details: details}, now) {
    const about = details === void 0 ? "" : `, ${aboutVersion(details, now)}`;
    return oneLine(`\`${word}\` is ${version}${about}`);
  }
  function describePlan(plan) {
    if (plan.kind === "rollout") return describeRollout(plan);
    if (plan.kind !== "deploy") return [];
    const {wish: wish, before: before, target: target} = plan;
    const from = before.kind === "nothing" ? "nothing live yet" : splitText(before.split);
    const how = wish.dryRun ? "Would deploy" : "Deploying";
    return [ oneLine(`${how} ${quoted(wish.routine)} in ${wish.env}: ${from} -> ${splitText(target)}`) ];
  }
  function isWriteEvent(event) {
    return event.kind === "accepted" || event.kind === "write-failed";
  }
  const UNSEEN = {
    kind: "unseen"
  };
  function prospectOf({fate: fate, answer: answer, looks: looks, at: at}, {now: now, cancelled: cancelled}) {
    if (fate.kind !== "unseen") return "settled";
    if (answer.kind === "write-failed" && !answer.fault.mayHaveActed) return answer.fault.throttled || looks > 0 ? "refused" : "awaited";
    return now - at < (cancelled === void 0 ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT) ? "awaited" : "overdue";
  }
  function mayBeLive(write, look) {
    const prospect = prospectOf(write, look);
    return prospect === "awaited" || prospect === "overdue" && write.answer.kind === "accepted";
  }
  function mayBeUnnamed({fate: fate, answer: answer, split: split}, live) {
    return fate.kind === "unseen" && answer.kind === "write-failed" && answer.fault.mayHaveActed && serves(live, split);
  }
  function mayShowAgain(write, live, look) {
    const isNamed = write.answer.kind === "accepted" && answeredId(write) === shownId(write);
    if (write.fate.kind !== "shown" || isNamed || !serves(live, write.split)) return !1;
    return prospectOf({
      ...write,
      fate: UNSEEN
    }, look) === "awaited";
  }
  function tookEffect(write) {
    return write.answer.kind === "accepted" || write.fate.kind === "shown";
  }
  function answeredId(write) {
    return write?.answer.kind === "accepted" ? write.answer.deploymentId : "";
  }
  function shownId({fate: fate}) {
    return fate.kind === "shown" ? fate.as : void 0;
  }
  function isEffectOf(shown, at) {
    return typeof shown === "object" && shown.write === at;
  }
  function attribute(ledger, live) {
    const last = ledger.live;
    if (live.kind === "nothing") return last.kind === "nothing" ? "same" : "vanished";
    const id = live.deploymentId;
    if (last.kind === "serving" && last.deploymentId === id) return sameSplit(last.split, live.split) ? "same" : id === "" ? attributeNew(ledger, live) : "altered";
    const isNew = !ledger.seen.includes(id);
    const ours = isNew && ledger.writes.some(write => answeredId(write) === id);
    const lags = !ours && (!isNew || isBefore(id, idOf(last)));
    return lags && !isPersistent(ledger) ? "replaced" : attributeNew(ledger, live);
  }
  const STALE_LOOKS = 2;
  function isPersistent({unreadable: unreadable, now: now}) {
    if (unreadable?.lagging !== !0 || unreadable.times < STALE_LOOKS) return !1;
    return now - unreadable.since >= VERIFY_LIMIT;
  }
  function attributeNew(ledger, live) {
    const {writes: writes, idsAgree: idsAgree, readAt: readAt, cancelledAtRead: cancelledAtRead} = ledger;
    const lastLook = {
      now: readAt,
      cancelled: cancelledAtRead
    };
    const named = writes.findLastIndex(write => live.deploymentId !== "" && answeredId(write) === live.deploymentId);
    if (named >= 0) return sameSplit(writes[named]?.split ?? live.split, live.split) ? {
      write: named
    } : "altered";
    const effect = writes.findLastIndex(write => sameSplit(write.split, live.split) && prospectOf(write, lastLook) === "awaited" && !(idsAgree && answeredId(write) !== ""));
    return effect < 0 ? "somebody else" : {
      write: effect
    };
  }
  function event_time_endOf(event, timeline, index) {
    if (event.kind === "called") return;
    if (event.kind !== "wait") return event.at;
    let after = index + 1;
    while (timeline[after]?.kind === "called") after += 1;
    return Math.min(event.at + event.for, timeline[after]?.at ?? Number.POSITIVE_INFINITY);
  }
  const lagging = message => ({
    operation: "GetRoutine",
    code: "AnswerNotBelieved",
    message: message,
    requestId: "",
    advice: "Read what is live with `dry-run: true` in a minute; if it goes on, open a ticket with the RequestIds of these reads.",
    transient: !0,
    throttled: !1,
    mayHaveActed: !1,
    retryAfter: void 0
  });
  const STALE = {
    replaced: lagging("the service shows a deployment that has been replaced already"),
    vanished: lagging("the service shows nothing, though something was live and ESA withdraws nothing"),
    altered: lagging("the service shows a known deployment with another split")
  };
  function ledgerOf(before, timeline) {
    return follow(before, timeline, () => {});
  }
  function looksIn(before, timeline) {
    const looks = [];
    follow(before, timeline, ({unreadable: unreadable}, event) => {
      event.kind === "read" && unreadable === void 0 && looks.push(event);
    });
    return looks.map(({at: at, live: live}) => ({
      at: at,
      live: live
    }));
  }
  function follow(before, timeline, after) {
    let ledger = {
      now: 0,
      live: before,
      owner: "before",
      from: 0,
      base: liveSplit(before),
      adopted: void 0,
      ...UNKNOWN_SINCE,
      readAt: 0,
      cancelledAtRead: void 0,
      unseenAt: 0,
      lookedAt: 0,
      lastPause: 0,
      seen: idOf(before) === "" ? [] : [ idOf(before) ],
      writes: [],
      idsAgree: !1,
      overwritten: void 0,
      unreadable: void 0,
      cancelled: void 0,
      recovering: !1
    };
    for (const [index, event] of timeline.entries()) {
      const now = event_time_endOf(event, timeline, index);
      ledger = applyEvent(now === void 0 ? ledger : {
        ...ledger,
        now: now
      }, event, index);
      after(ledger, event);
    }
    return ledger;
  }
  function applyEvent(ledger, event, index) {
    switch (event.kind) {
     case "called":
     case "deviated":
     case "observed":
      return ledger;

     case "adopted":
      return applyAdoption(ledger, event, index);

     case "aborted":
      return {
        ...ledger,
        ...UNKNOWN_SINCE,
        recovering: !0,
        writes: ledger.writes.map(write => resetAttempts(write, event.at))
      };

     case "read":
      return applyRead(looked(ledger, event), event.live, index);

     case "read-failed":
      return applyFailedRead(looked(ledger, event), event.fault, !1);

     case "accepted":
     case "write-failed":
      return applyWrite({
        ...ledger,
        ...UNKNOWN_SINCE
      }, event);

     case "wait":
      return {
        ...ledger,
        ...UNKNOWN_SINCE,
        justWaited: !0,
        lastPause: event.for
      };

     case "uploaded":
     case "upload-failed":
     case "removed":
      return {
        ...ledger,
        ...UNKNOWN_SINCE,
        lastPause: 0
      };

     case "measured":
     case "baseline":
      return {
        ...ledger,
        ...UNKNOWN_SINCE
      };

     case "cancelled":
      return {
        ...ledger,
        cancelled: ledger.cancelled ?? event.by
      };
    }
  }
  const UNKNOWN_SINCE = {
    fresh: !1,
    justWaited: !1,
    lookedInBake: !1
  };
  function looked(ledger, {baking: baking = !1}) {
    return {
      ...ledger,
      justWaited: !1,
      lookedAt: ledger.now,
      lookedInBake: baking
    };
  }
  function applyAdoption(ledger, {split: split, deploymentId: deploymentId, at: at}, index) {
    const isShown = serves(ledger.live, split) && idOf(ledger.live) === deploymentId;
    return {
      ...ledger,
      live: isShown ? ledger.live : {
        kind: "serving",
        deploymentId: deploymentId,
        deployedAt: void 0,
        split: split,
        details: []
      },
      owner: "adopted",
      from: index,
      base: split,
      adopted: {
        at: at,
        writes: ledger.writes.length
      },
      seen: deploymentId === "" || ledger.seen.includes(deploymentId) ? ledger.seen : [ ...ledger.seen, deploymentId ],
      writes: ledger.writes.map(overtaken)
    };
  }
  function resetAttempts(write, at) {
    return {
      ...write,
      count: 1,
      throttled: Number(write.throttled > 0),
      first: at,
      pause: 0
    };
  }
  function applyWrite(ledger, event) {
    const last = ledger.writes.at(-1);
    const count = attemptOf(ledger, event.split);
    const again = last !== void 0 && count > 1;
    const write = {
      split: event.split,
      at: event.at,
      answer: event,
      count: count,
      throttled: (again ? last.throttled : 0) + Number(event.kind === "write-failed" && event.fault.throttled),
      first: again ? last.first : event.at,
      pause: again ? ledger.lastPause : 0,
      looks: 0,
      unseenAt: event.at,
      fate: UNSEEN
    };
    return {
      ...ledger,
      writes: [ ...ledger.writes, write ]
    };
  }
  function pendingIn({writes: writes, adopted: adopted}) {
    const last = writes.length > (adopted?.writes ?? 0) ? writes.at(-1) : void 0;
    return last?.fate.kind === "shown" ? void 0 : last;
  }
  function attemptOf(ledger, split) {
    const last = pendingIn(ledger);
    return last !== void 0 && sameSplit(last.split, split) ? last.count + 1 : 1;
  }
  function applyFailedRead(ledger, fault, lagging) {
    const {unreadable: unreadable, now: now, lookedInBake: baking} = ledger;
    const going = unreadable?.lagging === lagging && unreadable.baking === baking ? unreadable : void 0;
    const since = going?.since ?? now;
    return {
      ...ledger,
      fresh: !1,
      unreadable: {
        fault: fault,
        lagging: lagging,
        baking: baking,
        since: since,
        times: (going?.times ?? 0) + 1
      }
    };
  }
  function applyRead(ledger, live, index) {
    const shown = attribute(ledger, live);
    if (typeof shown === "string" && shown !== "same" && shown !== "somebody else") return applyFailedRead(ledger, STALE[shown], !0);
    const looks = ledger.writes.map((write, at) => ({
      ...write,
      looks: write.looks + 1,
      ...write.fate.kind !== "shown" && !isEffectOf(shown, at) && {
        unseenAt: ledger.now
      }
    }));
    const read = {
      ...ledger,
      live: live,
      fresh: !0,
      readAt: ledger.now,
      cancelledAtRead: ledger.cancelled,
      unreadable: void 0,
      writes: looks
    };
    const id = idOf(live);
    if (shown === "same") return ledger.owner === "somebody else" ? withOvertaken(read, id) : read;
    const changed = {
      ...read,
      from: index,
      unseenAt: ledger.readAt,
      seen: id === "" ? ledger.seen : [ ...ledger.seen, id ]
    };
    if (shown === "somebody else") return withOvertaken({
      ...changed,
      owner: "somebody else"
    }, id);
    const mark = (write, at) => {
      if (at === shown.write) return {
        ...write,
        fate: {
          kind: "shown",
          as: id
        }
      };
      return at < shown.write && write.answer.kind === "accepted" ? overtaken(write) : write;
    };
    return {
      ...changed,
      owner: "ours",
      base: live.kind === "serving" ? live.split : ledger.base,
      writes: looks.map(mark),
      idsAgree: ledger.idsAgree || id !== "" && answeredId(looks[shown.write]) === id,
      overwritten: isOthers(ledger, shown.write) ? ledger.live : ledger.overwritten
    };
  }
  function withOvertaken(ledger, id) {
    const look = {
      now: ledger.now,
      cancelled: void 0
    };
    const isOvertaken = write => isBefore(answeredId(write), id) || prospectOf(write, look) === "overdue" && isBefore(answeredId(write), id, SAME_CLOCK);
    const writes = ledger.writes.map(write => isOvertaken(write) ? overtaken(write) : write);
    const unseen = pendingIn({
      ...ledger,
      writes: writes
    });
    const isReplaced = unseen?.fate.kind === "overtaken" && unseen.answer.kind === "accepted";
    return {
      ...ledger,
      writes: writes,
      base: isReplaced ? unseen.split : ledger.base
    };
  }
  function isOthers({owner: owner, adopted: adopted}, write) {
    return owner === "somebody else" || owner === "adopted" && write < (adopted?.writes ?? 0);
  }
  function overtaken(write) {
    return write.fate.kind === "shown" ? write : {
      ...write,
      fate: {
        kind: "overtaken"
      }
    };
  }
  function writeThatIsLive({owner: owner, live: live, writes: writes}) {
    if (owner !== "ours") return;
    return writes.findLast(write => shownId(write) === idOf(live) && serves(live, write.split));
  }
  const NEXT_RUN = {
    began: "It began, since the stable served alone. If somebody restored the stable on purpose, stop the schedule: each run that finds it alone starts this canary again.",
    promoted: "Stop the schedule: should somebody restore the stable, its next run would roll this canary out again.",
    "rolled-back": "Stop the schedule, or name another canary: its next run would try this one again, unless a record (`github-deployment`) holds that it failed."
  };
  function nextRun({wait: wait}, when) {
    return wait ? "" : NEXT_RUN[when];
  }
  function awaitedWrites(ledger) {
    return ledger.writes.filter(write => prospectOf(write, ledger) === "awaited" && !isDone(write, ledger));
  }
  function isDone({split: split}, {live: live, owner: owner}) {
    return owner !== "somebody else" && serves(live, split);
  }
  function unknownWrites(ledger) {
    const {now: now, writes: writes} = ledger;
    return writes.filter((write, index) => {
      const {fate: fate, answer: answer, at: at} = write;
      if (fate.kind !== "unseen" || isDone(write, ledger)) return !1;
      if (answer.kind === "write-failed" && !answer.fault.mayHaveActed) return !1;
      return index === writes.length - 1 || now - at < VERIFY_LIMIT;
    });
  }
  function mistakenWrites({live: live, writes: writes, unseenAt: unseenAt, cancelled: cancelled}) {
    return writes.filter(write => mayBeUnnamed(write, live) || mayShowAgain(write, live, {
      now: unseenAt,
      cancelled: cancelled
    }));
  }
  function finish(outcome, reason, advice, more = {}) {
    const whole = more.nextRun === void 0 ? reason : `${reason} ${more.nextRun}`;
    return {
      kind: "finish",
      conclusion: {
        outcome: outcome,
        reason: whole,
        advice: advice,
        ...more
      }
    };
  }
  function onSchedule({plan: plan}, when) {
    const told = plan.kind === "rollout" ? nextRun(plan.rollout, when) : "";
    return told === "" ? {} : {
      nextRun: told
    };
  }
  function liveSentence({wish: wish}, live) {
    return `${wish.env} serves ${liveText(live)}`;
  }
  function lastSeenSentence({wish: wish}, live) {
    return `${wish.env} was last seen to serve ${liveText(live)}`;
  }
  const REASONS = {
    unhealthy: "The gate failed",
    inconclusive: "The gate could not measure the canary",
    undeployable: "A step could not be deployed",
    unreadable: "What is live could not be read",
    cancelled: "The rollout was cancelled"
  };
  function because({why: why, sentence: sentence}) {
    return `${REASONS[why]}: ${withStop(sentence)}`;
  }
  function arrived(state) {
    const {plan: plan, ledger: ledger} = state;
    if (plan.kind === "deploy") return deployed(plan, ledger);
    const live = liveSentence(plan, ledger.live);
    if (liveCanaryWeight(plan, ledger.live) === 100) {
      const none = plan.stable === void 0 ? " Nothing was live before, so it went there at once." : "";
      const before = plan.todo.length > 1 ? ", and those before it held" : "";
      const why = plan.stable === void 0 ? none.trim() : `The last step is 100 %${before}.`;
      return finish("promoted", `Now ${live}, as read back from the service.${none}`, [], {
        why: why,
        ...onSchedule(state, "promoted")
      });
    }
    const ways = nextSteps(plan, ledger.live, state.observed?.why !== "unhealthy");
    const held = ledger.owner === "adopted" ? "Somebody else moved it there, and it held." : "The last step held.";
    return finish("paused", `Now ${live}, as read back from the service. ${held}`, ways, {
      why: held
    });
  }
  function deployed(plan, ledger) {
    const shown = idOf(ledger.live);
    const answered = answeredId(writeThatIsLive(ledger));
    const by = shown === "" ? "" : ` by deployment ${shown}`;
    const differ = answered !== "" && shown !== "" && answered !== shown;
    const though = differ ? ` (the write was answered with ${answered})` : "";
    const where = `${quoted(plan.wish.routine)} in ${plan.wish.env}`;
    const sentence = `${where} serves ${splitText(plan.target)}${by}${though}, as read back from the service.`;
    const why = `\`versions\` asked for it${though}.`;
    if (ledger.overwritten === void 0) return finish("deployed", sentence, [], {
      why: why
    });
    return finish("deployed", sentence, overwriteAdvice(ledger.overwritten), {
      why: why,
      warning: overwrote(ledger.overwritten)
    });
  }
  function stillBaking(state, target, end) {
    const {plan: plan, ledger: ledger, verdict: verdict} = state;
    const left = durationText(1e3 * Math.ceil((end - ledger.now) / 1e3));
    const next = plan.kind === "rollout" && liveCanaryWeight(plan, plan.before) === 0 ? onSchedule(state, "began") : {};
    const why = verdict.kind === "site-fails" ? `: ${verdict.why}` : "";
    const moved = ledger.owner === "adopted" ? " Somebody else moved it there." : "";
    const rest = `${left} more${why}.${moved}`;
    const reason = `The canary serves ${target.weight} % (${liveText(ledger.live)}), and bakes for ${rest}`;
    return finish("baking", reason, [], {
      nextStepAt: end,
      why: `It bakes for ${rest}`,
      ...next
    });
  }
  const GROUP = "A `concurrency` group per routine and environment keeps your own workflows from racing each other.";
  function drifted(state) {
    const {plan: plan, ledger: ledger, abort: abort} = state;
    const live = liveSentence(plan, ledger.live);
    const {overwritten: overwritten} = ledger;
    if (ledger.owner === "ours" && overwritten !== void 0) {
      const why = `Somebody else deployed meanwhile. ${overwrote(overwritten)}`;
      return finish("drifted", `${why} Now ${live}.`, [ ...overwriteAdvice(overwritten), GROUP ], {
        why: why
      });
    }
    const advice = [ "Find out who deployed and what they meant before you run this again: it would go on over what they did. `versions` deploys the split you want.", GROUP ];
    const found = abort?.why === "unhealthy" ? `${because(abort)} ` : "";
    const own = ownWritesText(ledger);
    return finish("drifted", `${found}Somebody else deployed meanwhile: ${live}. ${own}`, advice, {
      why: `${found}Somebody else deployed meanwhile. ${own}`,
      ...unsettled(ledger)
    });
  }
  function ownWritesText(ledger) {
    const mistaken = mistakenWrites(ledger);
    if (mistaken.length > 0) {
      const isLost = mistaken.some(({answer: answer}) => answer.kind === "write-failed");
      return isLost ? "Or it is a write of this run that landed late, since its answer was lost." : "Or it is a write of this run that landed late, since its answer did not name it.";
    }
    const unknown = unknownWrites(ledger);
    return unknown.length === 0 ? "It was left alone." : fateUnknown(unknown);
  }
  function overwrote(live) {
    const id = live.kind === "serving" && live.deploymentId !== "" ? ` (deployment ${live.deploymentId})` : "";
    return `What somebody else deployed, ${liveText(live)}${id}, was written over: this run's own write was under way already.`;
  }
  function overwriteAdvice(live) {
    return [ `Find out who deployed and what they meant; \`versions: ${liveText(live)}\` restores it.` ];
  }
  function fateUnknown(writes) {
    const said = writes.map(({answer: answer, split: split}) => answer.kind === "accepted" ? `${splitText(split)} was accepted and has not shown` : `whether ${splitText(split)} was deployed is unknown (${answer.fault.code})`);
    return `Of this run's own writes, ${[ ...new Set(said) ].join("; ")}: it may still show.`;
  }
  function unsettled({now: now, cancelled: cancelled, ...ledger}) {
    const open = unknownWrites({
      now: now,
      cancelled: cancelled,
      ...ledger
    }).some(({at: at}) => now - at < VERIFY_LIMIT);
    return cancelled !== void 0 && open ? {
      unsettled: !0
    } : {};
  }
  function nextSteps(plan, live, mayPromote = !0) {
    const back = plan.stable === void 0 ? [] : [ `\`versions: ${plan.stable}=100\` restores the stable` ];
    const on = mayPromote && liveCanaryWeight(plan, live) < 100;
    const ways = [ ...back, ...on ? [ `\`versions: ${plan.rollout.canary}=100\` promotes the canary` ] : [] ];
    return ways.length === 0 ? [] : [ `${ways.join(", ")}.` ];
  }
  function faultText({code: code, requestId: requestId, message: message}) {
    const id = requestId === "" ? "" : ` (RequestId ${requestId})`;
    return `${code}${id}${message === "" ? "" : `: ${withoutStop(message)}`}`;
  }
  function additions(checks) {
    let told = [];
    for (const seen of withoutReplaced(checks)) {
      const window = seen.since === "step" && seen.spans === void 0 ? placeOf(seen) : void 0;
      const last = () => window === void 0 ? void 0 : told.findLast(one => one.window === window);
      let before = last();
      if (before !== void 0 && addedSince(before.seen, seen) === void 0) {
        told = told.filter(one => one.window !== window || addedSince(one.seen, seen) !== void 0);
        before = last();
      }
      told.push({
        window: window,
        seen: seen,
        added: (before && addedSince(before.seen, seen)) ?? seen
      });
    }
    return told.map(({seen: seen, added: {canary: canary, stable: stable}}) => ({
      ...seen,
      canary: canary,
      stable: stable
    }));
  }
  function withoutReplaced(checks) {
    const latest = new Map(checks.flatMap(one => one.spans === void 0 ? [] : [ [ placeOf(one), one ] ]));
    return checks.filter(one => one.spans === void 0 || latest.get(placeOf(one)) === one);
  }
  const placeOf = ({source: source, weight: weight}) => `${source} ${weight}`;
  function spansOf(checks) {
    return checks.flatMap(check => check.spans?.map(span => ({
      ...check,
      ...span
    })) ?? [ check ]);
  }
  const windows_known = new WeakMap;
  function addedSince(before, now) {
    const found = windows_known.get(now.canary);
    if (found?.before === before.canary) return found.added;
    const canary = difference(before.canary, now.canary);
    const stable = before.stable && now.stable && difference(before.stable, now.stable);
    const isStableTold = before.stable === void 0 === (now.stable === void 0) && (!now.stable || stable);
    const added = canary && isStableTold ? {
      canary: canary,
      stable: stable
    } : void 0;
    windows_known.set(now.canary, {
      before: before.canary,
      added: added
    });
    return added;
  }
  function difference(before, now) {
    const [good, bad] = [ now.good - before.good, now.bad - before.bad ];
    return good < 0 || bad < 0 ? void 0 : {
      good: good,
      bad: bad
    };
  }
  const CHECKS_IN_DOUBT = 3;
  const verdict_LATEST = 3;
  function judge(gate, seen, isOver) {
    const allowed = allowedShare(gate);
    const here = additions(seen.here);
    const live = new Set(seen.here);
    const all = [ ...additions(seen.all.filter(check => !live.has(check))), ...here ];
    const sources = [ ...new Set(all.map(({source: source}) => source)) ];
    const by = (source, checks) => checks.filter(check => check.source === source);
    const bad = sources.find(source => isUnhealthy(allowed, spansOf(by(source, all))));
    if (bad !== void 0) return {
      kind: "unhealthy",
      why: whyUnhealthy(gate, spansOf(by(bad, all)), seen.baseline)
    };
    if (!isOver) return {
      kind: "pending"
    };
    const down = sources.find(source => siteFails(allowed, spansOf(by(source, here))));
    if (down !== void 0) return {
      kind: "site-fails",
      why: whySiteFails(latestOf(spansOf(by(down, here))))
    };
    if (here.length === 0) return {
      kind: "inconclusive",
      why: "no check was made"
    };
    const blind = sources.filter(source => !by(source, here).some(isMeasuredWell));
    const [first] = blind;
    if (first === void 0) return {
      kind: "healthy"
    };
    if (blind.some(source => isInDoubt(by(source, seen.here)))) return {
      kind: "pending"
    };
    return {
      kind: "inconclusive",
      why: whyBlind(gate, first, by(first, seen.here), by(first, here))
    };
  }
  function isDoubtful(here) {
    return [ ...new Set(here.map(({source: source}) => source)) ].some(source => isInDoubt(here.filter(check => check.source === source)));
  }
  function isInDoubt(checks) {
    const last = checks.at(-1);
    return last !== void 0 && last.since !== "step" && last.canary.bad > 0 && checks.length < CHECKS_IN_DOUBT;
  }
  function isUnhealthy(allowed, checks) {
    const compared = checks.filter(hasControl);
    const fails = wasEverEnoughAgainstAllowed(allowed, checks.map(({canary: canary}) => canary));
    if (compared.every(({stable: stable}) => evidence_sizeOf(stable) === 0)) return fails;
    return fails && wasEverEnoughAgainstStable(compared) || cutsConnections(allowed, compared);
  }
  function siteFails(allowed, checks) {
    const latest = latestOf(checks);
    const reaches = counts => againstAllowed(allowed, total(counts)) >= ENOUGH;
    const both = reaches(latest.map(({stable: stable}) => stable)) && reaches(latest.map(({canary: canary}) => canary));
    return both || latest.some(({cut: cut}) => cut > 0) && reaches(latest.map(mixture));
  }
  function latestOf(checks) {
    return checks.slice(-verdict_LATEST).filter(hasControl);
  }
  function isMeasuredWell({canary: canary, stable: stable, unknown: unknown}) {
    const answers = stable === void 0 ? canary : total([ canary, stable ]);
    return canary.good > 0 && unknown < evidence_sizeOf(answers);
  }
  const CHECKS_BEFORE_STEP = 3;
  function isStale({course: {gate: gate}, current: current, ledger: ledger, checkedAt: checkedAt, looksAfterChecks: looks}) {
    if (gate === void 0 || current === void 0 || current.bake === 0 || checkedAt === void 0) return !1;
    return ledger.now - checkedAt > gate.interval && looks < CHECKS_BEFORE_STEP;
  }
  function looksAfterChecks(timeline) {
    const began = timeline.findLastIndex(event => isWriteEvent(event) || event.kind === "adopted");
    const since = timeline.slice(began + 1);
    const seen = since.filter(event => event.kind === "measured" || event.kind === "read" && !event.baking);
    return seen.filter(({kind: kind}, index) => kind === "read" && seen[index - 1]?.kind === "measured").length;
  }
  function moveIn({plan: plan, course: course, ledger: ledger, abort: abort}) {
    const {live: live, base: base, writes: writes, recovering: recovering} = ledger;
    if (plan.kind !== "rollout" || plan.stable === void 0 || live.kind === "nothing") return;
    const {canary: canary} = plan.rollout;
    if (live.split.some(({version: version}) => version !== canary && version !== plan.stable)) return;
    if (unknownWrites(ledger).length > 0 || writes.some(write => mayBeIt(write, ledger))) return;
    const [from, to] = [ weightOf(base, canary), weightOf(live.split, canary) ];
    if (from === 0 || from === to) return;
    if (to === 0) return "rolled-back";
    const isBegun = writes.some(({split: split}) => isBack(course, split));
    if (to < from || isBegun || recovering) return;
    if (to < 100) return "more";
    return abort?.why === "unhealthy" ? void 0 : "promoted";
  }
  function mayBeIt({fate: fate, answer: answer, split: split}, {live: live}) {
    const isOpen = answer.kind === "accepted" || answer.fault.mayHaveActed;
    return fate.kind === "unseen" && isOpen && serves(live, split);
  }
  function stateOf(plan, timeline) {
    const course = courseOf(plan);
    const state = stateWithoutAbort(plan, course, timeline);
    return {
      ...state,
      abort: abortOf(state, timeline)
    };
  }
  function phaseOf(state) {
    const {plan: plan, ledger: ledger, abort: abort, current: current, next: next} = state;
    if (ledger.unreadable?.baking === !1) return {
      kind: "unreadable",
      unreadable: ledger.unreadable
    };
    if (ledger.owner === "somebody else") {
      if (awaitedWrites(ledger).length > 0) return {
        kind: "contested"
      };
      const move = moveIn(state);
      return move === void 0 ? {
        kind: "drifted"
      } : {
        kind: "moved",
        move: move
      };
    }
    if (abort !== void 0) return {
      kind: "aborting",
      abort: abort
    };
    if (ledger.overwritten !== void 0 && plan.kind === "rollout") return {
      kind: "drifted"
    };
    const write = pendingIn(ledger);
    if (write !== void 0) return {
      kind: "in-flight",
      write: write
    };
    if (current !== void 0 && !isBaked(state)) return {
      kind: "baking",
      target: current,
      end: state.since + current.bake
    };
    return next === void 0 ? {
      kind: "arrived"
    } : {
      kind: "due",
      target: next
    };
  }
  function pauseBefore(write, {now: now}, rollback) {
    if (write.answer.kind === "accepted") return;
    const {count: count, throttled: throttled, first: first, pause: pause} = write;
    return retryPause(write.answer.fault, {
      count: count,
      throttled: throttled,
      since: first,
      now: now,
      pause: pause,
      rollback: rollback
    });
  }
  function isBaked({verdict: verdict, course: {gate: gate}, current: current, since: since, ledger: ledger, checkedAt: checkedAt}) {
    if (gate?.mode === "observe" && current !== void 0 && current.bake > 0) return isChecked(since + current.bake, ledger.now, checkedAt) && verdict.kind !== "pending";
    return verdict.kind !== "pending" && verdict.kind !== "site-fails";
  }
  function isChecked(end, now, checkedAt) {
    return now >= end && checkedAt !== void 0 && checkedAt >= end;
  }
  function findingIn({course: course, current: current, since: since, ledger: ledger, checkedAt: checkedAt, verdict: verdict, observed: observed}) {
    if (course.gate?.mode !== "observe" || current === void 0) return;
    if (verdict.kind === "pending" || verdict.kind === "healthy") return;
    const {kind: why, why: sentence} = verdict;
    if (observed !== void 0 && (why === "site-fails" || wouldEnd(observed))) return;
    const how = why === "site-fails" ? "bake-on" : course.on[why];
    return {
      why: why,
      how: how,
      weight: current.weight,
      after: (checkedAt ?? ledger.now) - since,
      sentence: sentence
    };
  }
  function stateWithoutAbort(plan, course, timeline) {
    const ledger = ledgerOf(plan.before, timeline);
    const live = writeThatIsLive(ledger);
    const atStart = ledger.owner === "before" && course.liveSince !== void 0 ? 0 : -1;
    const index = live === void 0 ? atStart : course.targets.findIndex(target => sameSplit(target.split, live.split));
    const measured = timeline.flatMap((event, position) => event.kind === "measured" ? [ {
      ...event,
      position: position
    } ] : []);
    const checks = measured.map(({weight: weight, measurement: measurement}) => ({
      ...measurement,
      weight: weight
    }));
    const here = checks.filter((_, position) => (measured[position]?.position ?? 0) > ledger.from);
    const adopted = ledger.owner === "adopted" ? adoptedTarget(plan, ledger.live) : void 0;
    const current = adopted ?? course.targets[index];
    const checkedAt = here.length === 0 ? void 0 : measured.at(-1)?.at;
    const baseline = baselineIn(timeline)?.stable;
    return {
      plan: plan,
      course: course,
      ledger: ledger,
      current: current,
      since: sinceWhen(course, ledger),
      next: adopted ? course.targets.find(({weight: weight}) => weight > adopted.weight) : course.targets[index + 1],
      checks: here,
      checkedAt: checkedAt,
      checksInAll: checks.length,
      looksAfterChecks: looksAfterChecks(timeline),
      verdict: verdictOn(course, ledger, current, {
        all: checks,
        here: here,
        baseline: baseline
      }, checkedAt),
      baseline: baseline,
      observed: observedIn(timeline),
      abort: void 0
    };
  }
  function sinceWhen({liveSince: liveSince = 0}, ledger) {
    if (ledger.owner === "adopted") return ledger.adopted?.at ?? 0;
    const live = writeThatIsLive(ledger);
    return live === void 0 ? liveSince : Math.max(live.at, live.unseenAt);
  }
  function verdictOn(course, ledger, current, checks, checkedAt) {
    const {gate: gate} = course;
    const {now: now, owner: owner} = ledger;
    const {weight: weight, bake: bake} = current ?? {
      weight: 0,
      bake: 0
    };
    const end = sinceWhen(course, ledger) + bake;
    const unwatched = {
      kind: current === void 0 ? "pending" : "healthy"
    };
    if (gate === void 0) return bake === 0 ? unwatched : {
      kind: now >= end ? "healthy" : "pending"
    };
    if (bake === 0 && owner !== "adopted" && owner !== "somebody else") return unwatched;
    const isAlone = check => check.weight === 100;
    const all = checks.all.filter(check => isAlone(check) === (weight === 100));
    const found = judge(gate, {
      ...checks,
      all: all
    }, bake > 0 && isChecked(end, now, checkedAt));
    return bake > 0 || found.kind === "unhealthy" ? found : unwatched;
  }
  function abortOf(state, timeline) {
    const {plan: plan, course: course} = state;
    const given = timeline.find(event => event.kind === "aborted");
    if (given !== void 0) return {
      why: given.why,
      how: given.how,
      sentence: given.sentence
    };
    const at = timeline.findIndex(event => event.kind === "cancelled" || isWriteEvent(event) && isBack(course, event.split));
    const event = timeline[at];
    if (event === void 0) return abortCause(state);
    const earlier = abortCause(stateWithoutAbort(plan, course, timeline.slice(0, at)));
    if (earlier !== void 0 || event.kind !== "cancelled") return earlier;
    return {
      why: "cancelled",
      how: course.on.cancelled,
      sentence: event.by
    };
  }
  function abortCause(state) {
    const {course: course, current: current, since: since, ledger: ledger, verdict: judged} = state;
    if (course.gate?.mode === "observe") return state_undeployable(state);
    if (judged.kind === "unhealthy" || judged.kind === "inconclusive") return {
      why: judged.kind,
      how: course.on[judged.kind],
      sentence: judged.why
    };
    if (judged.kind === "site-fails" && current !== void 0 && ledger.now >= since + 2 * current.bake) return {
      why: "inconclusive",
      how: course.on.inconclusive,
      sentence: judged.why
    };
    return state_undeployable(state);
  }
  function state_undeployable({course: course, ledger: ledger}) {
    const write = pendingIn(ledger);
    if (write === void 0 || !ledger.fresh) return;
    const {answer: answer, at: at, split: split, fate: fate} = write;
    const mayShow = ledger.now - at < VERIFY_LIMIT;
    const how = course.on.undeployable;
    if (answer.kind === "accepted") {
      if (mayShow || fate.kind === "overtaken") return;
      const sentence = `the service accepted ${splitText(split)} and does not show it after ${VERIFY_LIMIT / 1e3} s`;
      return {
        why: "undeployable",
        how: how,
        sentence: sentence
      };
    }
    const {fault: fault} = answer;
    if (pauseBefore(write, ledger, !1) !== void 0 || fault.mayHaveActed && mayShow) return;
    const effort = write.count > 1 ? ` after ${write.count} attempts` : "";
    return {
      why: "undeployable",
      how: how,
      sentence: `${fault.operation} failed${effort}: ${faultText(fault)}`,
      fault: fault
    };
  }
  function leadsBack({abort: abort, course: course}) {
    return abort?.how === "rollback" && course.back !== void 0;
  }
  function hasServed({plan: plan, ledger: ledger}) {
    return liveCanaryWeight(plan, plan.before) > 0 || ledger.writes.some(write => tookEffect(write) && canaryWeight(plan, write.split) > 0);
  }
  const BEFORE_FIRST = "Before the first step";
  const ROLLBACK = "Rollback";
  const say = text => ({
    how: "say",
    text: text
  });
  const headline = text => ({
    how: "headline",
    text: text
  });
  const section = text => ({
    how: "section",
    text: oneLine(text)
  });
  function openSectionWriter(writer, plan) {
    let [followed, isLeft, isLost] = [ plan, !1, !1 ];
    let [checks, weight] = [ [], 0 ];
    let call = [];
    let current = plan && splitBefore(plan);
    const follow = made => {
      [followed, current] = [ made, splitBefore(made) ];
      return planEntries(made);
    };
    const sums = () => {
      const told = checks.length === 0 ? [] : [ headline(oneLine(describeChecks(weight, checks), LONGEST_CHECK)) ];
      checks = [];
      return told;
    };
    const write = (event, timeline) => {
      const told = writer.write(event);
      if (event.kind === "deviated") return {
        ...told,
        entries: told.lines.map(text => ({
          how: "debug",
          text: text
        }))
      };
      if (isWriteCall(event)) {
        call = [ ...call, ...told.lines ];
        return {
          ...told,
          entries: []
        };
      }
      if (event.kind === "measured") {
        checks.push(event.measurement);
        weight = event.weight;
      }
      isLost ||= event.kind === "write-failed" && event.fault.mayHaveActed;
      const isTurn = HEADLINES.has(event.kind) || isLost && isOther(event);
      const entries = isTurn ? announced(event, told.lines) : [ ...called(), ...told.lines.map(say) ];
      const abort = isLeft ? void 0 : abortIn(followed, told.event === void 0 ? timeline : [ ...timeline, told.event ]);
      abort !== void 0 && entries.push(...leaving(abort));
      return {
        ...told,
        entries: entries
      };
    };
    const isOther = event => {
      const shown = targetIn(event, followed);
      return shown !== void 0 && (current === void 0 || !sameSplit(shown, current));
    };
    const called = () => {
      const entries = call.map(say);
      call = [];
      return entries;
    };
    const announced = (event, lines) => {
      const endsStep = event.kind === "accepted" || event.kind === "adopted" || event.kind === "read";
      endsStep && ([isLost, current] = [ !1, targetIn(event, followed) ]);
      const title = followed === void 0 ? void 0 : titleAfter(event, followed);
      const begins = title === void 0 ? [] : [ section(title) ];
      const before = lines.slice(0, -1).map(say);
      return [ ...before, ...endsStep ? sums() : [], ...lines.slice(-1).map(headline), ...begins, ...called() ];
    };
    const leaving = abort => {
      isLeft = !0;
      const why = abort.why === "cancelled" ? [] : [ headline(oneLine(because(abort), LONGEST_CHECK)) ];
      return [ ...writer.sum().map(say), ...sums(), ...why, section(abort.how === "rollback" ? ROLLBACK : "Where it stops") ];
    };
    const end = at => [ ...called(), ...writer.end(at).map(say), ...sums() ];
    return {
      follow: follow,
      write: write,
      output: writer.output,
      end: end
    };
  }
  function isWriteCall(event) {
    return event.kind === "called" && event.operation === "CreateRoutineCodeDeployment";
  }
  const HEADLINES = new Set([ "accepted", "adopted", "aborted", "cancelled", "observed", "removed", "uploaded", "upload-failed" ]);
  function splitBefore({before: before}) {
    return before && liveSplit(before);
  }
  function planEntries(plan) {
    const [first, ...rest] = describePlan(plan);
    if (first === void 0) return [];
    if (plan.wish.dryRun) return [ first, ...rest ].map(headline);
    if (plan.kind !== "rollout") return [ headline(first), section("The deployment") ];
    const [live] = plan.liveSince === void 0 ? [] : plan.todo;
    const next = live === void 0 ? BEFORE_FIRST : stepTitle(plan, live.weight, live.bake);
    return [ section(withoutColon(first)), ...rest.map(say), section(next) ];
  }
  function withoutColon(line) {
    return line.replace(/:$/, "");
  }
  function titleAfter(event, plan) {
    const split = targetIn(event, plan);
    if (plan.kind !== "rollout" || split === void 0) return;
    if (event.kind === "adopted") return stepTitle(plan, event.weight, event.bake);
    if (isBack(courseOf(plan), split)) return "Reading the rollback back";
    const weight = canaryWeight(plan, split);
    return stepTitle(plan, weight, plan.todo.find(step => step.weight === weight)?.bake ?? 0);
  }
  function targetIn(event, plan) {
    if (event.kind === "accepted" || event.kind === "adopted") return event.split;
    if (event.kind !== "read" || plan?.kind !== "rollout") return;
    const {targets: targets, back: back} = courseOf(plan);
    const splits = [ ...targets.map(({split: split}) => split), ...back === void 0 ? [] : [ back ] ];
    return splits.find(split => serves(event.live, split));
  }
  function stepTitle({rollout: {steps: steps}}, weight, bake) {
    const index = steps.findIndex(step => step.weight === weight);
    const what = `${weight} %${bake === 0 ? "" : ` for ${durationText(bake)}`}`;
    return index < 0 ? `Between two steps: ${what}` : `Step ${index + 1} of ${steps.length}: ${what}`;
  }
  function abortIn(plan, timeline) {
    const decides = DECIDES.has(timeline.at(-1)?.kind ?? "wait");
    return plan?.kind === "rollout" && decides ? stateOf(plan, timeline).abort : void 0;
  }
  const DECIDES = new Set([ "aborted", "cancelled", "measured", "read", "read-failed", "write-failed" ]);
  const BETWEEN_LINES = 6e4;
  const PART_OF_BAKE = 30;
  const OWN_LINES = 30;
  const BEGINNING = {
    since: void 0,
    toldAt: Number.NEGATIVE_INFINITY,
    told: "",
    untold: [],
    weight: 0,
    latest: new Map,
    ownLines: OWN_LINES
  };
  const NONE = {
    look: [],
    logs: [],
    output: []
  };
  const everyLine = ({look: look, logs: logs, output: output}) => [ ...look, ...logs, ...output ];
  const START = {
    bake: BEGINNING,
    held: NONE,
    looks: {
      live: void 0,
      isFailing: !1
    },
    isBaking: !1
  };
  function withQuietBakes(writer) {
    let state = START;
    const write = event => {
      const told = writer.write(event);
      const step = after(state, event, told.lines);
      state = step.state;
      return {
        ...told,
        lines: step.lines
      };
    };
    const output = lines => {
      state = {
        ...state,
        held: {
          ...state.held,
          output: lines
        }
      };
    };
    const sum = () => {
      const lines = summed(state.bake);
      state = {
        ...state,
        bake: {
          ...state.bake,
          untold: []
        }
      };
      return lines;
    };
    return {
      write: write,
      output: output,
      sum: sum,
      end: at => [ ...summed(state.bake), ...everyLine(state.held), ...writer.end(at) ]
    };
  }
  function after(state, event, own) {
    switch (event.kind) {
     case "deviated":
      return {
        state: state,
        lines: own
      };

     case "called":
      {
        const whose = state.isBaking ? holder(event) : void 0;
        if (whose === void 0) return {
          state: state,
          lines: own
        };
        const held = {
          ...state.held,
          [whose]: [ ...state.held[whose], ...own ]
        };
        return {
          state: {
            ...state,
            held: held
          },
          lines: []
        };
      }

     case "measured":
      return checked({
        ...state,
        isBaking: !0
      }, event, own);

     case "wait":
      return event.purpose === "bake" ? paused({
        ...state,
        isBaking: !0
      }, event, own) : loud(state, event, own);

     case "read":
     case "read-failed":
      return quiet_bakes_looked({
        ...state,
        isBaking: !1
      }, event, own);

     case "accepted":
     case "write-failed":
     case "baseline":
     case "observed":
     case "uploaded":
     case "upload-failed":
     case "removed":
     case "adopted":
     case "cancelled":
     case "aborted":
      return loud(state, event, own);
    }
  }
  function quiet_bakes_looked(state, event, own) {
    const {bake: bake, held: held, looks: looks} = state;
    const live = event.kind === "read" ? event.live : looks.live;
    const next = {
      ...state,
      held: {
        ...held,
        look: []
      },
      looks: {
        live: live,
        isFailing: event.kind === "read-failed"
      }
    };
    if (event.baking === !0 && isKnown(event, looks)) return {
      state: next,
      lines: []
    };
    return {
      state: {
        ...next,
        bake: {
          ...bake,
          untold: []
        }
      },
      lines: [ ...summed(bake), ...held.look, ...own ]
    };
  }
  function loud(state, event, own) {
    const {bake: bake, held: held} = state;
    const isOver = event.kind === "accepted" || event.kind === "adopted";
    const next = {
      ...state,
      bake: isOver ? BEGINNING : {
        ...bake,
        untold: []
      },
      held: NONE,
      isBaking: !1
    };
    return {
      state: next,
      lines: [ ...summed(bake), ...everyLine(held), ...own ]
    };
  }
  function checked(state, {weight: weight, measurement: measurement}, own) {
    const {bake: bake} = state;
    const {source: source} = measurement;
    const before = bake.latest.get(source);
    const isOwn = before === void 0 || bake.ownLines > 0 && differs(measurement, before);
    const next = {
      ...bake,
      weight: weight,
      latest: new Map([ ...bake.latest, [ source, measurement ] ]),
      untold: isOwn ? [] : [ ...bake.untold, measurement ],
      ownLines: bake.ownLines - (isOwn && before !== void 0 ? 1 : 0)
    };
    const {calls: calls, printed: printed, held: held} = takenFor(source, state.held);
    const lines = isOwn ? [ ...summed(bake), ...calls, ...own, ...printed ] : [];
    return {
      state: {
        ...state,
        bake: next,
        held: held
      },
      lines: lines
    };
  }
  function takenFor(source, held) {
    if (source === "gate-logs") return {
      calls: held.logs,
      printed: [],
      held: {
        ...held,
        logs: []
      }
    };
    if (source === "gate-command") return {
      calls: [],
      printed: held.output,
      held: {
        ...held,
        output: []
      }
    };
    return {
      calls: [],
      printed: [],
      held: held
    };
  }
  function paused(state, event, own) {
    const {bake: bake} = state;
    const {since: since = event.at, toldAt: toldAt, untold: untold} = bake;
    const says = event.why.replace(/(?:[0-9.]+[dhms]*)+/g, "#");
    const isOther = says !== bake.told && bake.ownLines > 0;
    const isDue = event.at - toldAt >= Math.max(BETWEEN_LINES, (event.at - since) / PART_OF_BAKE);
    const next = {
      ...bake,
      since: since,
      ownLines: bake.ownLines - (isOther ? 1 : 0)
    };
    if (!isDue && !isOther) return {
      state: {
        ...state,
        bake: next
      },
      lines: []
    };
    const lines = untold.length === 0 ? own : [ oneLine(`${event.why}; ${describeChecksHere(untold)}`, LONGEST_CHECK) ];
    return {
      state: {
        ...state,
        bake: {
          ...next,
          toldAt: event.at,
          told: says,
          untold: []
        }
      },
      lines: lines
    };
  }
  function summed({untold: untold, weight: weight}) {
    return untold.length === 0 ? [] : [ oneLine(describeChecks(weight, untold), LONGEST_CHECK) ];
  }
  function holder({operation: operation, retryIn: retryIn}) {
    if (operation === "GetLogs") return "logs";
    return operation === "GetRoutine" && retryIn === void 0 ? "look" : void 0;
  }
  function isKnown(event, before) {
    return event.kind === "read" ? !before.isFailing && sameLive(event.live, before.live) : before.isFailing;
  }
  const log_writer_BETWEEN_LINES = 6e4;
  function openLogWriter() {
    return withQuietBakes(withThrottledPeriods());
  }
  function openFullLogWriter() {
    const writer = withThrottledPeriods();
    let printed = [];
    const write = event => {
      const told = writer.write(event);
      if (event.kind !== "measured" || event.measurement.source !== "gate-command") return told;
      const lines = [ ...told.lines, ...printed ];
      printed = [];
      return {
        ...told,
        lines: lines
      };
    };
    const output = lines => {
      printed = lines;
    };
    return {
      write: write,
      output: output,
      sum: () => [],
      end: at => [ ...printed, ...writer.end(at) ]
    };
  }
  function withThrottledPeriods() {
    let period;
    let cancelled = !1;
    const keep = keeper();
    const write = event => {
      const before = period;
      period = log_writer_after(before, event);
      cancelled ||= event.kind === "cancelled";
      const kept = event.kind === "called" ? keep(event, before !== void 0) : event;
      const line = log_lines_describe(kept ?? event);
      if (before?.announced && period === void 0) return {
        event: kept,
        lines: [ ended(before, event), line ]
      };
      const pause = period?.announced !== !1 || cancelled ? 0 : pauseAfter(event);
      if (period !== void 0 && pause > 0) {
        period = {
          ...period,
          announced: !0
        };
        return {
          event: kept,
          lines: [ line, announcement(period, pause) ]
        };
      }
      if (before?.announced !== !0 || !isOfSpell(event)) return {
        event: kept,
        lines: [ line ]
      };
      if (period === void 0 || event.at - before.reportedAt < log_writer_BETWEEN_LINES) return {
        event: kept,
        lines: []
      };
      period = {
        ...period,
        reportedAt: event.at
      };
      return {
        event: kept,
        lines: [ spellLine("Still refused", period, event.at) ]
      };
    };
    const end = at => period?.announced ? [ spellLine("Refused to the end", period, at) ] : [];
    return {
      write: write,
      end: end
    };
  }
  function log_writer_after(period, event) {
    if (event.kind === "read-failed") return;
    if (event.kind !== "called") return period;
    const {at: at, operation: operation, result: result} = event;
    if (event.throttled === !0) {
      const {since: since = at, refused: refused = 0, reportedAt: reportedAt = at, announced: announced = !1} = period ?? {};
      const codes = new Set([ ...period?.codes ?? [], result ]);
      const open = new Set([ ...period?.open ?? [], operation ]);
      return {
        since: since,
        refused: refused + 1,
        codes: codes,
        reportedAt: reportedAt,
        announced: announced,
        open: open
      };
    }
    if (period === void 0) return;
    const open = new Set([ ...period.open ].filter(one => one !== operation));
    return open.size === 0 ? void 0 : {
      ...period,
      open: open
    };
  }
  function pauseAfter(event) {
    if (event.kind === "called") return event.throttled === !0 ? event.retryIn ?? 0 : 0;
    return event.kind === "wait" && event.purpose === "retry" ? event.for : 0;
  }
  function announcement({codes: codes}, pause) {
    const limits = `${durationText(THROTTLED_RETRY_LIMIT)}, or ${durationText(ROLLBACK_RETRY_LIMIT)} in a rollback`;
    return oneLine(`${listed(codes)}: waiting ${seconds(pause)}, then trying again for up to ${limits}; reported once a minute`);
  }
  function ended(period, event) {
    return spellLine(event.kind === "read-failed" ? "Given up" : "No longer refused", period, event.at);
  }
  function spellLine(what, {since: since, refused: refused, codes: codes}, at) {
    const requests = refused === 1 ? "one request was" : `${refused} requests were`;
    return oneLine(`${what} after ${seconds(at - since)}, in which ${requests} refused: ${listed(codes)}`);
  }
  function listed(codes) {
    return [ ...codes ].join(", ");
  }
  function isOfSpell(event) {
    if (event.kind === "write-failed") return event.fault.throttled;
    return event.kind === "called" || event.kind === "read" || event.kind === "wait";
  }
  function keeper() {
    const last = new Map;
    return (event, inSpell) => {
      const {operation: operation, attempt: attempt, at: at, took: took, result: result, waited: waited = 0} = event;
      const before = attempt > 1 ? last.get(operation) : void 0;
      const tries = before?.tries ?? 0;
      const since = before === void 0 || tries === 0 ? waited : before.waited + Math.max(0, at - took - before.at);
      const isAlike = event.throttled === !0 && event.retryIn !== void 0 && before?.result === result;
      if (inSpell && isAlike) {
        last.set(operation, {
          result: result,
          tries: tries + 1,
          at: at,
          waited: since
        });
        return;
      }
      last.set(operation, {
        result: result,
        tries: 0,
        at: at,
        waited: 0
      });
      return tries === 0 ? event : {
        ...event,
        collapsed: tries,
        waited: since
      };
    };
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
  function redactJson(json, redact) {
    if (json === "") return "";
    return JSON.stringify(JSON.parse(json, (_, value) => typeof value === "string" ? redact(value) : value));
  }
  const HIDDEN = "***";
  function looks(form) {
    const written = [ form, ...undoneForms(form) ];
    const asBytes = written.flatMap(text => [ text, Buffer.from(text).toString("latin1") ]);
    const spaced = asBytes.flatMap(text => [ text, text.replaceAll(" ", "+"), text.replaceAll("+", " ") ]);
    return spaced.flatMap(text => [ text, text.replace(/=+$/, "") ]);
  }
  function openRun(request, {cancelled: cancelled, log: log, secrets: secrets, remember: remember = () => !0, watch: watch = () => {}, plan: plan}, past = []) {
    const {asked: asked, credentials: source, endpoint: endpoint, stsEndpoint: stsEndpoint, region: region, apiTimeout: timeout} = request;
    const now = Date.now;
    const ending = new AbortController;
    const timeline = [ ...past ];
    const writer = openSectionWriter(log_isDebug() ? openFullLogWriter() : openLogWriter(), plan);
    const show = entries => {
      for (const {how: how, text: text} of entries) log[how](text);
    };
    const gate = asked.goal.kind === "rollout" ? asked.goal.gate : void 0;
    const append = event => {
      if (ending.signal.aborted) return;
      const told = writer.write({
        at: now(),
        ...event
      }, timeline);
      told.event !== void 0 && timeline.push(told.event);
      show(told.entries);
      watch(event);
      const warning = told.event && warningOf(gate, told.event);
      warning !== void 0 && log.warn(warning);
    };
    const sleep = sleepUntil(cancelled);
    const sts = {
      endpoint: stsEndpoint,
      timeout: timeout,
      hurry: AbortSignal.any([ cancelled, ending.signal ])
    };
    const credentials = openCredentials(source, {
      idToken: idToken,
      sts: sts,
      append: append,
      now: now,
      say: log.say,
      secrets: secrets
    });
    const closeUnused = connectAhead(request);
    const send = noting(transport({
      endpoint: endpoint,
      timeout: timeout,
      hurry: cancelled
    }, credentials.keys), deviation => append({
      kind: "deviated",
      ...deviation
    }));
    const {invalidate: invalidate, renewable: renewable} = credentials;
    const close = () => {
      credentials.close();
      closeUnused();
      ending.signal.aborted || show(writer.end(now()));
      ending.abort();
    };
    const {redact: redact} = secrets;
    const means = {
      append: append,
      sleep: sleep,
      now: now,
      redact: redact,
      timeout: timeout,
      hurry: cancelled
    };
    const calls = calls_esaCalls({
      ...asked,
      region: region
    }, {
      ...means,
      send: send,
      invalidate: invalidate,
      renewable: renewable
    });
    const service = serviceBy({
      ...asked,
      region: region
    }, calls);
    const uploading = {
      ...means,
      calls: calls,
      keepSecret: secrets.keep,
      remember: unfinished => runner_saveState("unfinished", redactJson(unfinished, redact)).ok,
      isLoopback: endpoint.protocol === "http"
    };
    const measure = async () => [];
    const measureBaseline = async () => ({
      stable: {
        good: 0,
        bad: 0
      },
      unknown: 0,
      failures: []
    });
    const logs = {
      endpoint: request.logsEndpoint,
      timeout: timeout,
      hurry: cancelled
    };
    const logsBy = advise => logReader(logs, {
      append: append,
      now: now,
      keys: credentials.keys,
      invalidate: invalidate,
      redact: redact,
      advise: advise
    });
    const run = {
      service: service,
      timeline: timeline,
      append: append,
      sleep: sleep,
      now: now,
      cancelled: cancelled,
      measure: measure,
      measureBaseline: measureBaseline,
      remember: remember
    };
    const follow = made => show(writer.follow(made));
    const output = text => writer.output(outputLines(redact(text)));
    return {
      ...run,
      logsBy: logsBy,
      uploading: uploading,
      follow: follow,
      output: output,
      close: close,
      credentialsFrom: () => credentials.from
    };
  }
  function outputLines(text) {
    return text.trimEnd().split("\n").map(line => `  | ${line}`);
  }
  function connectAhead({credentials: credentials, endpoint: endpoint, stsEndpoint: stsEndpoint, asked: asked}) {
    if (credentials.kind !== "oidc") return () => {};
    const urlOf = ({protocol: protocol, host: host}) => new URL(`${protocol}://${host}`);
    const closeSts = preconnect(urlOf(stsEndpoint), 1);
    const closeEsa = preconnect(urlOf(endpoint), readsAtOnce(asked) ? 2 : 1);
    return () => {
      closeSts();
      closeEsa();
    };
  }
  function someOfEach(mistakes, most) {
    const seen = new Map;
    const ranked = mistakes.map(mistake => {
      const rank = seen.get(mistake.input) ?? 0;
      seen.set(mistake.input, rank + 1);
      return {
        mistake: mistake,
        rank: rank
      };
    });
    return ranked.toSorted((one, other) => one.rank - other.rank).slice(0, most).map(({mistake: mistake}) => mistake);
  }
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
  function withoutSecrets(url) {
    return url.replace(/^((?:https?:)?[\\/]*).*@/is, "$1***@").replace(/[?#].*/s, "?…");
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
  const wrong = (...mistakes) => failed(mistakes);
  const anyText = succeeded;
  const versionRef = text => {
    const ref = readRef(text);
    return ref.ok ? ref : wrong(ref.error);
  };
  function rules_matching(pattern, otherwise) {
    return text => pattern.test(text) ? succeeded(text) : wrong(`${quoted(text)} ${otherwise}`);
  }
  function oneOf(values, allowed) {
    return text => {
      const found = values.find(value => value === text);
      return found === void 0 ? wrong(`${quoted(text)} is given; allowed is ${allowed}`) : succeeded(found);
    };
  }
  const YES = [ "true", "True", "TRUE" ];
  const NO = [ "false", "False", "FALSE" ];
  const yesOrNo = text => {
    if (YES.includes(text)) return succeeded(!0);
    return NO.includes(text) ? succeeded(!1) : wrong(`${quoted(text)} is given; allowed is "true" or "false"`);
  };
  function durationBetween(least, most, suchAs) {
    return text => {
      const duration = readDuration(text);
      if (duration !== void 0 && duration >= least && duration <= most) return succeeded(duration);
      const bounds = `"${durationText(least)}" to "${durationText(most)}"`;
      return wrong(`${quoted(text)} is given; allowed is a duration with its unit from ${bounds}${suchAs}`);
    };
  }
  const rate = text => {
    const [, share] = /^((?:100|[1-9]?[0-9])(?:\.[0-9]{1,3})?)%$/.exec(text) ?? [];
    if (share !== void 0 && Number(share) > 0 && Number(share) <= 100) return succeeded(Number(share));
    return wrong(`${quoted(text)} is given; allowed is a share above 0 % up to 100 %, such as "99%" or "99.5%"`);
  };
  const count = text => /^[1-9][0-9]{0,3}$/.test(text) ? succeeded(Number(text)) : wrong(`${quoted(text)} is given; allowed is a whole number from 1, such as "10"`);
  const NOT_FOUND = {
    "single-page-application": "SinglePageApplication",
    "404-page": "404Page"
  };
  const notFoundStrategy = text => {
    const strategy = Object.hasOwn(NOT_FOUND, text) ? NOT_FOUND[text] : void 0;
    if (strategy !== void 0) return succeeded(strategy);
    return wrong(`${quoted(text)} is given; allowed is "single-page-application" or "404-page"`);
  };
  const statusRanges = text => {
    const ranges = [];
    const mistakes = [];
    for (const entry of text.split(/[,\n]/).map(part => part.trim())) {
      const [, first, last] = /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/.exec(entry) ?? [];
      const [from, to] = [ Number(first), Number(last ?? first) ];
      first === void 0 || from > to ? mistakes.push(`${quoted(entry)} is given; allowed are status codes and ranges such as "200-299, 404"`) : ranges.push({
        from: from,
        to: to
      });
    }
    return mistakes.length > 0 ? wrong(...mistakes) : succeeded(ranges);
  };
  const linesOf = text => text.split("\n").map(line => line.trim()).filter(line => line !== "");
  const urls = text => {
    const lines = linesOf(text);
    const mistakes = lines.filter(url => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || hasUser(url)).map(url => quoted(withoutSecrets(url))).map(url => `${url} is given; allowed are http and https URLs without a user name, one a line`);
    return mistakes.length > 0 ? wrong(...mistakes) : succeeded(lines);
  };
  function secretsInUrls(text) {
    return linesOf(text).flatMap(urlSecrets);
  }
  const host = text => {
    const endpoint = readEndpoint(text);
    if (endpoint !== void 0) return succeeded(endpoint);
    return wrong(`${quoted(withoutSecrets(text))} is given; allowed is "https://HOST" without a path, or "http://" on loopback such as "http://127.0.0.1:8080"`);
  };
  const logHost = text => {
    const endpoint = host(text);
    if (!endpoint.ok || endpoint.value.protocol === "http") return endpoint;
    if ((0, external_node_net_namespaceObject.isIP)(new URL(text).hostname.replace(/^\[|\]$/g, "")) === 0) return endpoint;
    return wrong(`${quoted(text)} is given; the project goes before the host, so it has to be a name such as "https://cn-shanghai.log.aliyuncs.com"`);
  };
  const logPlace = text => {
    const [, project, logstore] = /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\/([a-z0-9][a-z0-9_-]{1,61}[a-z0-9])$/.exec(text) ?? [];
    return project === void 0 || logstore === void 0 ? wrong(`${quoted(text)} is given; allowed is "PROJECT/LOGSTORE" of Log Service, such as "my-logs/edge-routine", without region and host`) : succeeded({
      project: project,
      logstore: logstore
    });
  };
  const versionMark = text => {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)(?:=\s*([!-~](?:[ -~]*[!-~])?))?$/.exec(text) ?? [];
    return name === void 0 ? wrong(`${quoted(text)} is given; allowed is the name of a response header, such as "x-code-version", or with the canary's value, such as "x-commit=4f2a91c"`) : succeeded({
      header: name.toLowerCase(),
      canary: value
    });
  };
  function arn(kind) {
    return rules_matching(new RegExp(`^acs:ram::[0-9]{5,20}:${kind}/[\\w.@/-]{1,128}$`), `is given; allowed is "acs:ram::ACCOUNT_ID:${kind}/NAME", as the RAM console shows it`);
  }
  const keyText = text => /^[!-~]+$/.test(text) ? succeeded(text) : wrong("what is given holds a space, a line break or a character outside ASCII; copy it again");
  function readVersions(text) {
    if (!text.startsWith("[") && !text.startsWith("{")) return toAskedSplit(readEntries(text));
    const written = readJson(text);
    return written.ok ? toAskedSplit(written.value) : written;
  }
  const codeVersions = () => array(strictObject({
    CodeVersion: schemas_string(),
    Percentage: optional(schemas_string()),
    Description: optional(unknown()),
    CreateTime: optional(unknown())
  }));
  const ALLOWED = 'allowed is [{"CodeVersion":"1723599747213377175","Percentage":10}, ...]';
  function readJson(text) {
    let json;
    try {
      json = parse_parse(text, void 0, digits => digits);
    } catch (error) {
      const why = error instanceof Error ? quoted(error.message) : "unreadable";
      return failed([ `${quoted(text)} is not JSON (${why}); ${ALLOWED}` ]);
    }
    const result = codeVersions().safeParse(json);
    if (!result.success) {
      const where = result.error.issues.map(issue => `${quoted(issue.path.join(".") || "the whole")}: ${issue.message}`);
      return failed([ `${quoted(text)} is not the API's form (${where.join("; ")}); ${ALLOWED}` ]);
    }
    return succeeded(result.data.map(({CodeVersion: CodeVersion, Percentage: Percentage}) => ({
      version: CodeVersion,
      weight: Percentage
    })));
  }
  const SECOND = 1e3;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const JOB_TOKEN = "${{ github.token }}";
  const whole = text => [ text ];
  const abortAction = oneOf([ "rollback", "hold" ], '"rollback" or "hold"');
  const TABLE = {
    routine: {
      rule: rules_matching(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "is given; a routine name has no control characters"),
      required: "it is the name of the routine, as the ESA console shows it"
    },
    env: {
      rule: oneOf([ "staging", "production" ], '"staging" or "production", in this spelling'),
      required: 'allowed is "staging" or "production"'
    },
    canary: {
      rule: versionRef
    },
    versions: {
      rule: readVersions
    },
    code: {
      rule: anyText
    },
    "code-entry": {
      rule: anyText
    },
    "code-not-found": {
      rule: notFoundStrategy
    },
    "code-description": {
      rule: anyText
    },
    "keep-versions": {
      rule: count
    },
    "create-routine": {
      rule: yesOrNo,
      default: "false"
    },
    "allow-older": {
      rule: yesOrNo,
      default: "false"
    },
    steps: {
      rule: readSteps
    },
    "dry-run": {
      rule: yesOrNo,
      default: "false"
    },
    wait: {
      rule: yesOrNo,
      default: "true"
    },
    "on-failure": {
      rule: abortAction,
      default: "rollback"
    },
    "on-inconclusive": {
      rule: abortAction,
      default: "rollback"
    },
    "on-cancel": {
      rule: abortAction,
      default: "rollback"
    },
    "expect-deployment-id": {
      rule: rules_matching(/^[^\s\p{Cc}]*$/u, "is given; a DeploymentId has no spaces or control characters")
    },
    "gate-url": {
      rule: urls,
      secret: secretsInUrls
    },
    "gate-version-header": {
      rule: versionMark
    },
    "gate-expect": {
      rule: statusRanges,
      default: "200-399"
    },
    "gate-latency": {
      rule: durationBetween(1, 10 * MINUTE, ', such as "800ms"')
    },
    "gate-success-rate": {
      rule: rate,
      default: "99%"
    },
    "gate-interval": {
      rule: durationBetween(100, HOUR, ', such as "15s"'),
      default: "15s"
    },
    "gate-logs": {
      rule: logPlace
    },
    "gate-logs-region": {
      rule: rules_matching(/^[a-z]{2,10}(?:-[a-z0-9]{1,20}){1,4}$/, 'is given; allowed is a region such as "cn-shanghai"')
    },
    "gate-command": {
      rule: anyText
    },
    "gate-mode": {
      rule: oneOf([ "enforce", "observe" ], '"enforce" or "observe"'),
      default: "enforce"
    },
    "role-to-assume": {
      rule: arn("role")
    },
    "oidc-provider-arn": {
      rule: arn("oidc-provider")
    },
    "access-key-id": {
      rule: keyText,
      secret: whole
    },
    "access-key-secret": {
      rule: keyText,
      secret: whole
    },
    "security-token": {
      rule: keyText,
      secret: whole
    },
    region: {
      rule: oneOf(REGIONS, '"cn-hangzhou" (China site) or "ap-southeast-1" (international site)'),
      default: "cn-hangzhou"
    },
    audience: {
      rule: rules_matching(/^[!-~]{1,255}$/, 'is given; allowed is a client id of the OIDC provider, such as "sts.aliyuncs.com"'),
      default: "sts.aliyuncs.com"
    },
    "role-session-name": {
      rule: rules_matching(/^[\w.@-]{2,64}$/, "is given; allowed are 2 to 64 letters, digits, and the characters . @ - _")
    },
    "role-session-duration": {
      rule: durationBetween(15 * MINUTE, 12 * HOUR, ' that the role allows, such as "1h"'),
      default: "1h"
    },
    "github-deployment": {
      rule: rules_matching(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u, "is given; the name of a GitHub environment has 1 to 255 characters, and no control characters")
    },
    "github-deployment-steps": {
      rule: yesOrNo,
      default: "false"
    },
    retry: {
      rule: yesOrNo,
      default: "false"
    },
    "github-token": {
      rule: text => text === JOB_TOKEN ? succeeded("") : keyText(text),
      default: JOB_TOKEN,
      secret: whole
    },
    "api-timeout": {
      rule: durationBetween(100, 10 * MINUTE, ', such as "30s"'),
      default: "30s"
    },
    endpoint: {
      rule: host
    },
    "sts-endpoint": {
      rule: host
    },
    "gate-logs-endpoint": {
      rule: logHost
    }
  };
  const ROWS = TABLE;
  const INPUTS = Object.keys(TABLE);
  function secretsIn(raw) {
    return INPUTS.flatMap(name => ROWS[name].secret?.(raw[name]) ?? []);
  }
  const OUTCOMES = {
    deployed: {
      emoji: "✅",
      title: "Deployed",
      exit: 0,
      changed: "yes",
      done: !0,
      lastStep: "live",
      postStepFails: !0,
      record: "success",
      toDo: "Nothing.",
      when: "the split of `versions` is live, as read back"
    },
    promoted: {
      emoji: "✅",
      title: "Promoted",
      exit: 0,
      changed: "either",
      done: !0,
      lastStep: "live",
      postStepFails: !0,
      record: "success",
      toDo: "Nothing.",
      when: "the last step was 100 % and held; or somebody else promoted the canary meanwhile, and `reason` and a warning say so"
    },
    paused: {
      emoji: "⏸️",
      title: "Paused",
      exit: 0,
      changed: "either",
      done: !0,
      lastStep: "live",
      postStepFails: !0,
      record: "success",
      toDo: "Decide how it goes on.",
      when: "the last step was below 100 % and held, or a higher weight that somebody else gave the canary meanwhile"
    },
    baking: {
      emoji: "⏳",
      title: "Baking",
      exit: 0,
      changed: "either",
      done: !1,
      lastStep: "live",
      postStepFails: !0,
      record: "in_progress",
      toDo: "Nothing: the next run of the schedule goes on with it.",
      when: "`wait: false`, and the next step is not due"
    },
    uploaded: {
      emoji: "📦",
      title: "Uploaded",
      exit: 0,
      changed: "no",
      done: !0,
      lastStep: "live",
      postStepFails: !0,
      record: "none",
      toDo: "Nothing, until it is to be live.",
      when: "`code` is a version now, a new one or one that existed already; nothing was deployed"
    },
    unchanged: {
      emoji: "✅",
      title: "Unchanged",
      exit: 0,
      changed: "no",
      done: !0,
      lastStep: "live",
      postStepFails: !0,
      record: "none",
      toDo: "Nothing.",
      when: "what was asked for was live already; nothing was written"
    },
    planned: {
      emoji: "📝",
      title: "Planned",
      exit: 0,
      changed: "no",
      done: !1,
      lastStep: "live",
      postStepFails: !0,
      record: "none",
      toDo: "Nothing: this run only looked.",
      when: "`dry-run`; nothing was written"
    },
    "rolled-back": {
      emoji: "⏪",
      title: "Rolled back",
      exit: 1,
      changed: "either",
      done: !0,
      lastStep: "rolled back",
      postStepFails: !1,
      record: "failure",
      toDo: "Nothing for the traffic.",
      when: "the stable serves 100 % again, as read back; `reason` says so if somebody else put it back"
    },
    held: {
      emoji: "✋",
      title: "Held",
      exit: 1,
      changed: "either",
      done: !1,
      lastStep: "held",
      postStepFails: !1,
      record: "failure",
      toDo: "",
      when: "stopped where it is, because an input says `hold` (also if what is live can no longer be read), or cancelled before anything took effect"
    },
    drifted: {
      emoji: "⚠️",
      title: "Drifted",
      exit: 1,
      changed: "either",
      done: !1,
      lastStep: "replaced by somebody else",
      postStepFails: !1,
      record: "inactive",
      toDo: "",
      when: "somebody else deployed meanwhile, and it was no step of this rollout; `reason` says whether this run left it alone, or wrote over it by a write that was under way"
    },
    refused: {
      emoji: "⛔",
      title: "Refused",
      exit: 1,
      changed: "no",
      done: !1,
      lastStep: "live",
      postStepFails: !0,
      record: "none",
      toDo: "Put right what is named, and run this again.",
      when: "nothing was written: an input is wrong, a word stands for no version, a version cannot be deployed, a deployment other than the expected one is live, the canary is older than what is live, its record says that it has failed before (on a schedule; `done` is true then), or nobody knows which of two live versions is the canary or since when it is live"
    },
    failed: {
      emoji: "❌",
      title: "Failed",
      exit: 1,
      changed: "either",
      done: !1,
      lastStep: "live",
      postStepFails: !0,
      record: "failure",
      toDo: "",
      when: "the service said no, or could not be reached; `reason` says what is live, or that it is unknown"
    },
    "rollback-failed": {
      emoji: "🚨",
      title: "Rollback failed",
      exit: 1,
      changed: "either",
      done: !1,
      lastStep: "rollback failed",
      postStepFails: !0,
      record: "failure",
      toDo: "Act now.",
      when: "the stable could not be restored: the annotation names what is live and the exact input that restores it; the post step tries once more"
    }
  };
  function taskOf(routine, env) {
    return `esa:${routine}:${env}`;
  }
  function addressOf(env, live) {
    if (env !== "production" || live?.kind !== "serving" || live.host === void 0) return;
    return `https://${live.host}`;
  }
  const LONGEST_DESCRIPTION = 140;
  const record_LONGEST_TEXT = 1e3;
  function description(text) {
    return [ ...text ].slice(0, LONGEST_DESCRIPTION).join("");
  }
  function readPayload(value, routine, env) {
    const given = fromJson(value);
    if (typeof given !== "object" || given === null) return;
    const {canary: canary, before: before, beforeDeployment: beforeDeployment, asked: asked, run: run, key: key, ...rest} = given;
    if (rest.routine !== routine || rest.env !== env) return;
    if (!isText(asked) || !isText(run) || !matches(key, /^[0-9a-f-]{36}$/)) return;
    if (!matches(canary, /^[0-9]{0,32}$/) || !matches(beforeDeployment, DEPLOYMENT_ID)) return;
    if (!isText(before) || before !== "" && !toSplit(readEntries(before)).ok) return;
    return {
      routine: routine,
      env: env,
      canary: canary,
      before: before,
      beforeDeployment: beforeDeployment,
      asked: asked,
      run: run,
      key: key
    };
  }
  function fromJson(value) {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      return;
    }
  }
  const DEPLOYMENT_ID = /^[0-9A-Fa-f-]{0,64}$/;
  const matches = (value, pattern) => typeof value === "string" && pattern.test(value);
  const isText = value => typeof value === "string" && value.length <= record_LONGEST_TEXT;
  function endText(outcome, live) {
    if (live === void 0) return `${outcome}: what is live is unknown`;
    if (live.kind === "nothing") return `${outcome}: nothing is live`;
    const text = `${outcome}: ${splitText(live.split)} by ${live.deploymentId}`;
    return text.length > LONGEST_DESCRIPTION ? outcome : text;
  }
  function readEnd(text) {
    const [, outcome, written, deploymentId] = /^([a-z-]{1,20}): ([0-9]{1,32}=[0-9]{1,3}(?:,[0-9]{1,32}=[0-9]{1,3})?) by ([0-9A-Fa-f-]{1,64})$/.exec(text) ?? [];
    if (outcome === void 0 || written === void 0 || deploymentId === void 0) return;
    const split = toSplit(readEntries(written));
    return split.ok ? {
      outcome: outcome,
      split: split.value,
      deploymentId: deploymentId
    } : void 0;
  }
  function replaced(by) {
    return {
      state: "inactive",
      description: `Replaced by the record ${by}`
    };
  }
  const FINAL = new Set([ "success", "failure", "error", "inactive" ]);
  function isFinished({statuses: statuses}) {
    return statuses.some(({state: state}) => FINAL.has(state));
  }
  function isFailure({statuses: statuses}) {
    return statuses.some(({state: state}) => state === "failure" || state === "error");
  }
  function recordOf(records, canary) {
    return records.find(({payload: payload}) => payload?.canary === canary);
  }
  function recordBefore(records, id) {
    return records.find(record => record.id < id);
  }
  const RUN_PATH = /^\/[\w.-]{1,100}\/[\w.-]{1,100}\/actions\/runs\/[0-9]{1,20}$/;
  function triedBefore({payload: payload}, serverUrl) {
    const run = payload?.run ?? "";
    const isOurs = serverUrl !== "" && run.startsWith(`${serverUrl}/`) && RUN_PATH.test(run.slice(serverUrl.length));
    const where = isOurs ? ` (${run})` : "";
    return `the record of the last rollout of canary "${payload?.canary ?? ""}" is a failure${where}, and a run with \`wait: false\` does not try it again; name another canary, start the workflow by hand, or set \`retry: true\``;
  }
  function previousIn(known, listed, live) {
    if (live.kind === "nothing") return no("nothing is live");
    if (live.deploymentId === "") return no("what is live was not deployed, so no record can fit it");
    const [only, other] = live.split;
    if (other !== void 0) return no("a split is live; end it first, by `versions: canary=100` or `stable=100`");
    for (const record of known) {
      const {statuses: statuses, payload: payload} = record;
      const end = statuses.map(status => ({
        ...status,
        end: readEnd(status.description)
      })).find(({end: read}) => read);
      if (end?.end?.deploymentId !== live.deploymentId || !sameSplit(end.end.split, live.split)) continue;
      if (end.state !== "success") continue;
      if (payload === void 0) return no(`the record ${record.id} cannot be read`);
      return servedBefore(only.version, [ payload, ...olderThan(record, listed) ]);
    }
    return {
      kind: "further"
    };
  }
  function beganFrom({payload: payload}, live) {
    return live.kind === "serving" && live.deploymentId !== "" && payload?.beforeDeployment === live.deploymentId;
  }
  const RECORDS_UNREAD = "the records at GitHub could not be read";
  function noPrevious(listed, live) {
    if (listed.length === 0) return "there is no record of this routine in this environment";
    const id = idOf(live);
    return `deployment ${id} is live, and no recent success on record ended with it: it was deployed without a record, or by a rollback`;
  }
  function olderThan({id: id}, listed) {
    return listed.filter(record => record.id < id).map(({payload: payload}) => payload);
  }
  function servedBefore(version, payloads) {
    let beside;
    for (const payload of payloads) {
      if (payload === void 0) break;
      if (payload.before === "") return no("the record says that nothing was live before");
      const others = versionsBefore(payload).filter(one => one !== version);
      const [other, ...more] = others;
      if (other === void 0) return no(`the records say that ${version} served 100 % before as well`);
      if (more.length > 0 || other !== (beside ?? other)) break;
      if (versionsBefore(payload).length === 1) return {
        kind: "told",
        told: succeeded(other)
      };
      beside = other;
    }
    return no("the record says that a split was live before, and no other says what served 100 % before that");
  }
  function versionsBefore({before: before}) {
    const split = toSplit(readEntries(before));
    return split.ok ? split.value.map(({version: version}) => version) : [];
  }
  function no(why) {
    return {
      kind: "told",
      told: failed(why)
    };
  }
  function recordingOf(plan) {
    if (plan.kind !== "deploy" && plan.kind !== "rollout" || plan.wish.dryRun) return {
      kind: "none"
    };
    const scheduled = plan.kind === "rollout" && !plan.rollout.wait;
    if (scheduled && liveCanaryWeight(plan, plan.before) > 0) return {
      kind: "goes-on",
      plan: plan
    };
    return {
      kind: "begins",
      plan: plan,
      scheduled: scheduled
    };
  }
  function canaryOf(plan) {
    return plan.kind === "rollout" ? plan.rollout.canary : "";
  }
  function payloadOf(plan, {run: run, key: key}) {
    const {wish: wish, before: before} = plan;
    const serving = before.kind === "serving";
    return {
      routine: wish.routine,
      env: wish.env,
      canary: canaryOf(plan),
      before: serving ? splitText(before.split) : "",
      beforeDeployment: serving ? before.deploymentId : "",
      asked: askedBy(plan),
      run: run,
      key: key
    };
  }
  function isOfThis({payload: payload}, plan) {
    if (payload === void 0) return !1;
    const {before: before, beforeDeployment: beforeDeployment} = payloadOf(plan, payload);
    return payload.before === before && payload.beforeDeployment === beforeDeployment;
  }
  function beganBeside({payload: payload}, stable) {
    return payload !== void 0 && versionsBefore(payload).some(one => one === stable);
  }
  function askedBy(plan) {
    return plan.kind === "rollout" ? stepsText(plan.rollout.steps) : splitText(plan.target);
  }
  function beginning(plan) {
    return {
      state: "in_progress",
      description: description(askedBy(plan))
    };
  }
  function stepStatus(weight) {
    return {
      state: "in_progress",
      description: `The canary gets ${weight} %`
    };
  }
  function endingOf({plan: plan, timeline: timeline, conclusion: conclusion, live: live}) {
    const {record: record} = OUTCOMES[conclusion.outcome];
    if (record === "none" || recordingOf(plan).kind === "none") return;
    const calledOff = plan.kind === "deploy" ? conclusion.outcome === "held" : wasCalledOff(plan, timeline, live);
    const state = record === "failure" && calledOff ? "inactive" : record;
    return {
      state: state,
      description: endText(conclusion.outcome, live)
    };
  }
  function wasCalledOff(plan, timeline, live) {
    if (plan.kind !== "rollout" || live === void 0) return !1;
    const {abort: abort} = stateOf(plan, timeline);
    return abort?.why === "cancelled" && weightOf(liveSplit(live), plan.rollout.canary) === 0;
  }
  function isSettled({outcome: outcome, unsettled: unsettled}) {
    return outcome !== "rollback-failed" && unsettled !== !0;
  }
  function killedEnding(traffic) {
    return traffic === "untouched" ? {
      state: "inactive",
      description: "The run was killed before it had written anything"
    } : {
      state: "failure",
      description: "The run was killed, and what is live was not looked at"
    };
  }
  function standingOf({plan: plan, timeline: timeline}) {
    const {before: before} = plan;
    if (before === void 0) return {
      kind: "unknown",
      tried: timeline.some(event => event.kind === "read-failed") || timeline.length === 0
    };
    if (plan.kind !== "deploy" && plan.kind !== "rollout") {
      const at = timeline.find(event => event.kind === "read")?.at;
      return {
        kind: "read",
        live: before,
        at: at,
        isOthers: !1,
        open: []
      };
    }
    const ledger = ledgerOf(before, timeline);
    const {live: live, owner: owner} = ledger;
    const at = looksIn(before, timeline).at(-1)?.at;
    const isOthers = owner === "somebody else" && mistakenWrites(ledger).length === 0;
    return {
      kind: isShown(ledger) ? "read" : "seen",
      live: live,
      at: at,
      isOthers: isOthers,
      open: unknownWrites(ledger)
    };
  }
  function isShown({unreadable: unreadable, writes: writes}) {
    const last = writes.at(-1);
    return unreadable === void 0 && (last === void 0 || last.looks > 0);
  }
  function annotationOf(run, place) {
    const {outcome: outcome, advice: advice} = run.conclusion;
    const {routine: routine, env: env} = run.plan.wish;
    const help = helpOf(run, place);
    return {
      title: `${outcome}: ${oneLine(routine, 100)} in ${env}`,
      text: [ liveFirst(run), ...advice, ...help === "" ? [] : [ help ] ].join(" ")
    };
  }
  function helpLine(run, place = {
    kind: "none"
  }) {
    return OUTCOMES[run.conclusion.outcome].exit === 0 ? "" : asLine(helpOf(run, place), place);
  }
  function helpParagraph(place, anchor) {
    const help = asLine(helpSentence(place, anchor), place);
    return help === "" ? "" : `${help}\n\n`;
  }
  function asLine(help, place) {
    return place.kind === "page" ? help : inMarkdown(help);
  }
  function helpOf({plan: plan, timeline: timeline, conclusion: {outcome: outcome, reason: reason}}, place) {
    const faults = timeline.flatMap(event => "fault" in event ? [ event.fault ] : []);
    const unread = plan.kind === "unreadable" ? [ plan.fault ] : [];
    return helpSentence(place, helpAnchor({
      outcome: outcome,
      reason: reason,
      faults: [ ...unread, ...faults, ...Object.values(STALE) ]
    }));
  }
  function liveFirst(run) {
    const {reason: reason} = run.conclusion;
    const {from: from, to: to} = sentenceOnLive(run);
    if (from <= 0 || !/[!.?。！？…]\s$/u.test(reason.slice(0, from))) return reason;
    const parts = [ reason.slice(from, to), reason.slice(0, from).trim(), reason.slice(to).trim() ];
    return parts.filter(part => part !== "").join(" ");
  }
  const LEAD = /(?:Now |Somebody else (?:deployed meanwhile|restored the stable): )$/;
  function sentenceOnLive(run) {
    const {plan: plan, conclusion: conclusion} = run;
    const {reason: reason} = conclusion;
    const standing = standingOf(run);
    if (standing.kind === "unknown") return {
      from: -1,
      to: 0
    };
    const said = [ liveSentence(plan, standing.live), lastSeenSentence(plan, standing.live) ];
    const text = said.find(one => reason.includes(one));
    if (text === void 0) return {
      from: -1,
      to: 0
    };
    const at = reason.lastIndexOf(text);
    const lead = LEAD.exec(reason.slice(0, at))?.[0] ?? "";
    const stop = reason.indexOf(".", at + text.length);
    return {
      from: at - lead.length,
      to: stop < 0 ? reason.length : stop + 1
    };
  }
  function describeRetries(timeline) {
    const calls = timeline.filter(event => event.kind === "called");
    const waited = timeSpent(pausesIn(timeline, [ "retry" ]));
    if (waited === 0) return;
    const counts = new Map;
    const count = (code, times) => counts.set(code, (counts.get(code) ?? 0) + times);
    for (const [index, {result: result, collapsed: collapsed = 0}] of calls.entries()) {
      collapsed > 0 && count(collapsedCode(calls, index), collapsed);
      result !== "OK" && count(result, 1);
    }
    const failed = [ ...counts.values() ].reduce((sum, times) => sum + times, 0);
    if (failed === 0) return;
    const codes = [ ...counts ].map(([code, times]) => times === 1 ? code : `${code} ${times} times`).join(", ");
    return oneLine(`${failed} of ${requestsIn(timeline)} requests failed: ${codes}; waited ${seconds(waited)} to try again`);
  }
  function collapsedCode(calls, index) {
    const operation = calls[index]?.operation;
    return calls.slice(0, index).findLast(call => call.operation === operation)?.result ?? "Throttling";
  }
  function requestsIn(timeline) {
    const calls = timeline.filter(event => event.kind === "called");
    return calls.reduce((sum, {collapsed: collapsed = 0}) => sum + 1 + collapsed, 0);
  }
  function waitedBetween(timeline) {
    return timeSpent(pausesIn(timeline, [ "retry", "look" ]));
  }
  function pausesIn(timeline, purposes) {
    return timeline.flatMap((event, index) => pausesOf(event, () => timeline.slice(index + 1), purposes));
  }
  function pausesOf(event, later, purposes) {
    if (event.kind === "wait") {
      const isOne = purposes.includes(event.purpose);
      return isOne ? [ [ event.at, Math.min(event.at + event.for, endOfPause("GetRoutine", later())) ] ] : [];
    }
    if (event.kind !== "called") return [];
    const {at: at, took: took, operation: operation, retryIn: retryIn, waited: waited = 0} = event;
    const sent = at - took;
    const before = [ sent - waited, sent ];
    return retryIn === void 0 ? [ before ] : [ before, [ at, Math.min(at + retryIn, endOfPause(operation, later())) ] ];
  }
  function endOfPause(operation, later) {
    const next = later.find(event => event.kind !== "called" || event.operation === operation);
    if (next === void 0) return Number.POSITIVE_INFINITY;
    return next.kind === "called" ? next.at - next.took - (next.waited ?? 0) : next.at;
  }
  function timeSpent(pauses) {
    let [sum, end] = [ 0, 0 ];
    for (const [from, to] of pauses.toSorted(([one], [other]) => one - other)) {
      sum += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
    return sum;
  }
  function finishedRun(plan, timeline, conclusion, words = [], survey) {
    const told = {
      plan: plan,
      timeline: timeline,
      conclusion: conclusion,
      words: words,
      survey: survey
    };
    if (plan.kind !== "deploy" && plan.kind !== "rollout") {
      const live = plan.before;
      return {
        ...told,
        live: live,
        roles: rolesIn(plan, live),
        changed: !1,
        undo: void 0
      };
    }
    const ledger = ledgerOf(plan.before, timeline);
    const live = lastKnown(ledger);
    const changed = ledger.writes.some(tookEffect);
    const undo = changed ? undoing(plan, ledger, conclusion) : void 0;
    return {
      ...told,
      live: live,
      roles: rolesIn(plan, live),
      changed: changed,
      undo: undo
    };
  }
  function rolesIn(plan, live = {
    kind: "nothing"
  }) {
    const {goal: goal} = plan.wish;
    const isRollout = plan.kind === "rollout" || plan.kind === "nothing-to-do";
    if (!isRollout || goal.kind !== "rollout") return roles(live);
    const split = liveSplit(live);
    const {canary: canary} = goal;
    const other = split?.find(share => share.version !== canary)?.version;
    const stable = plan.kind === "rollout" ? plan.stable : other;
    const share = version => ({
      version: version,
      weight: weightOf(split, version)
    });
    return {
      canary: share(canary),
      stable: stable === void 0 ? void 0 : share(stable)
    };
  }
  function lastKnown({live: live, owner: owner, writes: writes, unreadable: unreadable}) {
    const last = writes.at(-1);
    if (owner === "somebody else" || last?.answer.kind !== "accepted" || last.fate.kind !== "unseen") return live;
    if (last.looks > 0 && unreadable === void 0) return live;
    const details = live.kind === "serving" ? live.details : [];
    const {split: split, deploymentId: deploymentId} = last.answer;
    return {
      kind: "serving",
      deploymentId: deploymentId,
      deployedAt: void 0,
      split: split,
      details: details
    };
  }
  function undoing(plan, {live: live, owner: owner, unreadable: unreadable, overwritten: overwritten}, conclusion) {
    const {before: before} = plan;
    if (owner === "somebody else" || unreadable !== void 0) return;
    const target = liveSplit(overwritten ?? before);
    if (target === void 0 || serves(live, target)) return;
    return OUTCOMES[conclusion.outcome].exit !== 0 && canaryWeight(plan, target) > 0 ? void 0 : target;
  }
  function snippetOf(timeline) {
    const faults = timeline.filter(event => event.kind === "read-failed" || event.kind === "write-failed" || event.kind === "upload-failed");
    return faults.at(-1)?.fault.snippet;
  }
  const LONGEST_TIMELINE = 32768;
  const timeline_json_LONGEST_TEXT = 500;
  const RANKS = {
    happened: 0,
    atAnEnd: 1,
    oneOfMany: 2
  };
  function timelineText(timeline) {
    const texts = timeline.map(eventText);
    const whole = `[${texts.join(",")}]`;
    if (bytesOf(whole) <= LONGEST_TIMELINE) return whole;
    const kept = chosen(timeline, texts);
    const first = texts.findIndex((_, index) => !kept.has(index));
    const told = texts.flatMap((text, index) => {
      if (kept.has(index)) return [ text ];
      return index === first ? [ leftOut(timeline[index], texts.length - kept.size) ] : [];
    });
    return `[${told.join(",")}]`;
  }
  function eventText({at: at, ...event}) {
    const written = {
      at: new Date(at).toISOString(),
      ...event
    };
    return JSON.stringify(written, (key, value) => key === "spans" ? void 0 : typeof value === "string" && value.length > timeline_json_LONGEST_TEXT ? `${[ ...value ].slice(0, timeline_json_LONGEST_TEXT).join("")}…` : value);
  }
  function leftOut(event, events) {
    return JSON.stringify({
      at: new Date(event?.at ?? 0).toISOString(),
      kind: "left-out",
      events: events
    });
  }
  function chosen(timeline, texts) {
    const ranks = ranksOf(timeline);
    const fromEnd = index => Math.min(index, texts.length - 1 - index);
    const order = texts.map((_, index) => index).toSorted((one, other) => (ranks[one] ?? 0) - (ranks[other] ?? 0) || fromEnd(one) - fromEnd(other));
    const kept = new Set;
    let left = LONGEST_TIMELINE - bytesOf(`[${leftOut(timeline[0], texts.length)}]`);
    for (const index of order) {
      const size = bytesOf(texts[index] ?? "") + 1;
      if (size > left) continue;
      left -= size;
      kept.add(index);
    }
    return kept;
  }
  function ranksOf(timeline) {
    const ranks = timeline.map(() => RANKS.oneOfMany);
    const latest = new Map;
    let live;
    const close = () => {
      for (const index of latest.values()) ranks[index] = RANKS.atAnEnd;
      latest.clear();
    };
    for (const [index, event] of timeline.entries()) {
      if (happened(event, live)) {
        close();
        ranks[index] = RANKS.happened;
      } else {
        const kind = kindOf(event);
        latest.has(kind) || (ranks[index] = RANKS.atAnEnd);
        latest.set(kind, index);
      }
      event.kind === "read" && (live = event.live);
    }
    close();
    return ranks;
  }
  function happened(event, before) {
    switch (event.kind) {
     case "accepted":
     case "write-failed":
     case "baseline":
     case "observed":
     case "deviated":
     case "adopted":
     case "cancelled":
     case "aborted":
     case "uploaded":
     case "upload-failed":
     case "removed":
      return !0;

     case "read":
      return !sameLive(event.live, before);

     case "measured":
      return event.measurement.canary.bad > 0;

     case "read-failed":
     case "called":
     case "wait":
      return !1;
    }
  }
  function kindOf(event) {
    if (event.kind === "called") return `called ${event.operation} ${event.result}`;
    return event.kind === "measured" ? `measured ${event.weight} ${event.measurement.source}` : event.kind;
  }
  function bytesOf(text) {
    return (new TextEncoder).encode(text).length;
  }
  const OUTPUTS = [ "outcome", "reason", "changed", "done", "versions", "deployment-id", "canary", "canary-percentage", "stable", "uploaded-version", "next-step-at", "previous-versions", "previous-deployment-id", "request-id", "timeline" ];
  function emptyOutputs(conclusion) {
    const empty = Object.fromEntries(OUTPUTS.map(name => [ name, "" ]));
    return {
      ...empty,
      outcome: conclusion.outcome,
      reason: oneLine(conclusion.reason, 2e3),
      changed: "false"
    };
  }
  function outputsOf(run) {
    const {plan: plan, timeline: timeline, conclusion: conclusion, live: live, changed: changed} = run;
    const accepted = acceptedIn(timeline);
    const {canary: canary, stable: stable} = run.roles;
    return {
      ...emptyOutputs(conclusion),
      ...live?.kind === "serving" && {
        "deployment-id": live.deploymentId,
        versions: splitText(live.split)
      },
      "request-id": accepted?.requestId ?? lastRequestId(timeline),
      changed: String(changed),
      ...plan.before?.kind === "serving" && {
        "previous-versions": splitText(plan.before.split),
        "previous-deployment-id": plan.before.deploymentId
      },
      canary: canary?.version ?? "",
      "canary-percentage": canary === void 0 ? "" : String(canary.weight),
      stable: stable?.version ?? "",
      "uploaded-version": uploadedIn(timeline)?.version ?? "",
      done: String((OUTCOMES[conclusion.outcome].done || conclusion.done === !0) && conclusion.unsettled !== !0),
      "next-step-at": conclusion.nextStepAt === void 0 ? "" : new Date(conclusion.nextStepAt).toISOString(),
      timeline: timelineText(timeline)
    };
  }
  function lostOutputs({changed: changed, outcome: outcome, reason: reason, versions: versions, "deployment-id": id}) {
    const made = changed === "true" ? "A deployment was made all the same." : "No deployment by this run is known.";
    const live = versions === "" ? "" : ` Live when last known: ${versions}${id === "" ? "" : ` (deployment ${id})`}.`;
    return `No later step gets any output of this run. ${made}${live} It ended as ${outcome}: ${withStop(reason)}`;
  }
  function acceptedIn(timeline) {
    return timeline.filter(event => event.kind === "accepted").at(-1);
  }
  function uploadedIn(timeline) {
    return timeline.findLast(event => event.kind === "uploaded");
  }
  function lastRequestId(timeline) {
    const calls = timeline.filter(event => event.kind === "called");
    return calls.findLast(({operation: operation, requestId: requestId}) => requestId !== "" && operation !== "GetLogs")?.requestId ?? "";
  }
  const MOST_ROWS = 8;
  const ROWS_AT_AN_END = 3;
  const WATCHING = new Set([ "GetRoutine", "GetLogs" ]);
  function callTable(timeline, notes = []) {
    const made = timeline.filter(event => event.kind === "called");
    if (made.length === 0) return "";
    const count = requestsIn(timeline);
    const repeats = made.reduce((sum, {attempt: attempt, collapsed: collapsed = 0}) => sum + collapsed + Number(attempt > 1), 0);
    const waited = waitedBetween(timeline);
    const again = repeats === 0 ? "no retry" : `${repeats} of them ${repeats === 1 ? "a retry" : "retries"}`;
    const pauses = waited === 0 ? "" : `, ${seconds(waited)} waited in between`;
    const title = `${counted(count, "API call")}, ${again}${pauses}`;
    return [ `<details><summary>${title}</summary>`, "", "| operation | attempt | result | time | RequestId |\n| :-- | --: | :-- | --: | :-- |", ...inARow(made).flatMap(alike => rowsOf(alike, made)), "", ...notes, "</details>" ].join("\n");
  }
  function inARow(made) {
    const groups = [];
    for (const [index, {operation: operation}] of made.entries()) {
      const before = made[index - 1]?.operation ?? "";
      const areAlike = before === operation || WATCHING.has(before) && WATCHING.has(operation);
      areAlike ? groups.at(-1)?.push(index) : groups.push([ index ]);
    }
    return groups;
  }
  function rowsOf(alike, made) {
    const row = index => callRows(made, index);
    if (alike.length <= MOST_ROWS) return alike.flatMap(row);
    const between = alike.slice(ROWS_AT_AN_END, -ROWS_AT_AN_END);
    const operations = [ ...new Set(between.map(index => made[index]?.operation ?? "")) ];
    const shared = operations.map(operation => {
      const results = between.flatMap(index => resultsOf(made, index, operation));
      return sharedRow(operation, results);
    });
    return [ ...alike.slice(0, ROWS_AT_AN_END).flatMap(row), ...shared, ...alike.slice(-ROWS_AT_AN_END).flatMap(row) ];
  }
  function resultsOf(made, index, wanted) {
    const call = made[index];
    if (call === void 0 || call.operation !== wanted) return [];
    return [ ...Array.from({
      length: call.collapsed ?? 0
    }, () => collapsedCode(made, index)), call.result ];
  }
  function callRows(made, index) {
    const call = made[index];
    if (call === void 0) return [];
    const {operation: operation, attempt: attempt, result: result, took: took, requestId: requestId, collapsed: collapsed = 0} = call;
    const before = Array.from({
      length: collapsed
    }, () => collapsedCode(made, index));
    return [ ...collapsed === 0 ? [] : [ sharedRow(operation, before) ], `| ${operation} | ${attempt} | ${inMarkdown(result, 60)} | ${seconds(took)} | ${asCode(requestId, 60)} |` ];
  }
  function sharedRow(operation, results) {
    const counts = new Map;
    for (const result of results) counts.set(result, (counts.get(result) ?? 0) + 1);
    const codes = [ ...counts ].map(([code, times]) => `${counts.size === 1 ? "all" : times} ${inMarkdown(code, 60)}`);
    return `| ${operation} | | ${results.length} more${counts.size === 1 ? "," : ":"} ${codes.join(", ")} | | |`;
  }
  function stepStates(plan, timeline, outcome) {
    const ledger = ledgerOf(plan.before, timeline);
    const steps = stepsTaken(plan, timeline);
    const isThere = step => wasLive(plan, step, ledger, timeline) || outcome === "promoted" && step.weight === 100 && isLiveAt(plan, ledger, step);
    const last = steps.findLastIndex(isThere);
    const end = endOfLast(plan, ledger, outcome, steps[last]);
    const taken = step => isAdopted(step, timeline) || step === steps[last] && isPromotedByOthers(ledger, outcome);
    const passed = index => {
      const next = steps.slice(index + 1).find(isThere);
      return next !== void 0 && taken(next) ? "⏭️ ended by somebody else" : "✅ passed";
    };
    return steps.map((step, index) => {
      const isReached = isThere(step);
      const became = index < last ? passed(index) : `${signOf(outcome, end)}${end}`;
      const state = isReached ? became : notReached(plan, step, ledger, outcome);
      return {
        step: step,
        isReached: isReached,
        state: `${state}${byWhom(step, timeline)}${foundAt(step, timeline)}`
      };
    });
  }
  function notReached(plan, step, ledger, outcome) {
    if (unknownWrites(ledger).some(write => sameSplit(write.split, step_states_splitOf(plan, step)))) return "sent, and not shown";
    return outcome === "planned" ? "planned" : "not reached";
  }
  function step_states_splitOf({rollout: rollout, stable: stable}, {weight: weight}) {
    return splitAt(rollout.canary, stable, weight);
  }
  function signOf(outcome, end) {
    const {emoji: emoji, exit: exit} = OUTCOMES[outcome];
    return end === "live" && exit !== 0 ? "" : `${emoji} `;
  }
  function stepsTaken({todo: todo}, timeline) {
    const adopted = timeline.filter(event => event.kind === "adopted");
    const others = adopted.filter(({weight: weight}) => todo.every(step => step.weight !== weight));
    return [ ...todo, ...others ].toSorted((one, other) => one.weight - other.weight);
  }
  function endOfLast(plan, ledger, outcome, last) {
    const isLive = last !== void 0 && isLiveAt(plan, ledger, last);
    if (ledger.owner !== "somebody else") return outcome === "drifted" ? "live" : OUTCOMES[outcome].lastStep;
    return outcome !== "promoted" || isLive ? OUTCOMES[outcome].lastStep : OUTCOMES.drifted.lastStep;
  }
  function isLiveAt(plan, {live: live}, {weight: weight}) {
    return liveCanaryWeight(plan, live) === weight;
  }
  function wasLive(plan, step, ledger, timeline) {
    const split = step_states_splitOf(plan, step);
    const before = plan.liveSince !== void 0 && serves(plan.before, split);
    const adopted = timeline.some(event => event.kind === "adopted" && sameSplit(event.split, split));
    const unknown = unknownWrites(ledger);
    const isIt = write => tookEffect(write) && !unknown.includes(write) && sameSplit(write.split, split);
    return before || adopted || ledger.writes.some(isIt);
  }
  function byWhom(step, timeline) {
    return isAdopted(step, timeline) ? ", moved there by somebody else" : "";
  }
  function isAdopted({weight: weight}, timeline) {
    return timeline.some(event => event.kind === "adopted" && event.weight === weight);
  }
  function isPromotedByOthers({owner: owner}, outcome) {
    return outcome === "promoted" && owner === "somebody else";
  }
  function foundAt({weight: weight}, timeline) {
    const found = timeline.findLast(event => event.kind === "observed" && event.weight === weight);
    return found?.kind === "observed" ? `, ${WOULD[found.how]}` : "";
  }
  const GREY = "#7a7f87";
  const BLUE = "#3b82f6";
  const RED = "#dc4c3e";
  const LAYOUT = {
    width: 900,
    height: 270,
    titleFontSize: 16,
    xAxis: {
      labelPadding: 10,
      titlePadding: 14
    },
    yAxis: {
      labelPadding: 20,
      showTitle: !1
    }
  };
  const SAMPLES = 90;
  function weightChart(plan, timeline, outcome) {
    const points = pointsOf(plan, timeline);
    const end = points.at(-1)?.after ?? 0;
    if (points.length < 2 || end === 0) return "";
    const states = stepStates(plan, timeline, outcome).filter(({isReached: isReached}) => isReached);
    return [ ...mermaid(points, failuresOf(timeline), states), "", ...charts_text(points, timeline, states) ].join("\n");
  }
  function mermaid(points, failures, states) {
    const end = points.at(-1)?.after ?? 0;
    const {unit: unit, name: name} = unitFor(end);
    const instants = Array.from({
      length: SAMPLES
    }, (_, index) => Math.round(index * end / (SAMPLES - 1)));
    const weights = instants.map(at => points.findLast(({after: after}) => after <= at)?.weight ?? 0);
    const failed = instants.map((at, index) => shareAt(failures, points, instants[index - 1] ?? -1, at));
    const hasFailed = failed.some(share => share > 0);
    const told = hasFailed ? "weight (blue) and failed answers (red)" : "weight";
    return [ "```mermaid", initOf(hasFailed ? [ BLUE, RED ] : [ BLUE ]), "xychart-beta", `  title "Canary in percent: ${told}"`, `  x-axis "${name} since the run began${verdictsText(states)}" 0 --\x3e ${Number((end / unit).toFixed(2))}`, "  y-axis 0 --\x3e 100", `  line [${weights.join(", ")}]`, ...hasFailed ? [ `  line [${failed.join(", ")}]` ] : [], "```" ];
  }
  const LONGEST_VERDICTS = 80;
  function verdictsText(states) {
    const each = states.map(({step: step, state: state}) => `${step.weight} % ${state.replace(/^[^a-z]*/, "")}`);
    const all = each.join(", ");
    const told = all.length > LONGEST_VERDICTS ? each.at(-1) ?? "" : all;
    return told === "" ? "" : `: ${told}`;
  }
  function shareAt(failures, points, from, at) {
    const here = failures.filter(({after: after}) => after > from && after <= at);
    if (here.length > 0) return Math.round(Math.max(...here.map(({share: share}) => share)));
    const told = failures.findLast(({after: after}) => after <= at);
    const moved = points.findLast(({after: after}) => after <= at)?.after ?? 0;
    return told === void 0 || told.after < moved ? 0 : Math.round(told.share);
  }
  function initOf(palette) {
    const parts = [ "titleColor", "xAxisLabelColor", "xAxisTitleColor", "xAxisTickColor", "xAxisLineColor" ];
    const names = [ ...parts, ...parts.slice(1).map(name => name.replace("x", "y")) ];
    const xyChart = {
      backgroundColor: "transparent",
      plotColorPalette: palette.join(", "),
      ...Object.fromEntries(names.map(name => [ name, GREY ]))
    };
    const config = {
      theme: "base",
      themeVariables: {
        xyChart: xyChart
      },
      xyChart: LAYOUT
    };
    return `%%{init: ${JSON.stringify(config)}}%%`;
  }
  function unitFor(milliseconds) {
    if (milliseconds < 12e4) return {
      unit: 1e3,
      name: "seconds"
    };
    return milliseconds < 108e5 ? {
      unit: 6e4,
      name: "minutes"
    } : {
      unit: 36e5,
      name: "hours"
    };
  }
  function failuresOf(timeline) {
    const start = timeline[0]?.at ?? 0;
    const events = timeline.flatMap(event => event.kind === "measured" ? [ event ] : []);
    const checks = events.map(({at: at, weight: weight, measurement: measurement}) => ({
      ...measurement,
      weight: weight,
      after: at - start
    }));
    return additions(checks).flatMap(({canary: canary, cut: cut, after: after}) => evidence_sizeOf(canary) === 0 ? cut === 0 ? [] : [ {
      after: after,
      share: 0,
      hasFailed: !0
    } ] : [ {
      after: after,
      share: 100 * canary.bad / evidence_sizeOf(canary),
      hasFailed: canary.bad + cut > 0
    } ]);
  }
  function charts_text(points, timeline, states) {
    const failures = failuresOf(timeline);
    const width = Math.max(...points.map(({after: after}) => durationText(rounded(after)).length));
    const lines = points.map(({after: after, weight: weight}, index) => {
      const until = points[index + 1]?.after ?? Number.POSITIVE_INFINITY;
      const here = failures.filter(one => one.after >= after && one.after < until);
      const bad = here.filter(({hasFailed: hasFailed}) => hasFailed).length;
      const isLast = index === points.findLastIndex(point => point.weight === weight);
      const state = isLast ? states.find(({step: step}) => step.weight === weight)?.state : void 0;
      const told = [ ...here.length === 0 ? [] : [ `${bad} of ${counted(here.length, "check")} saw failures` ], ...state ? [ state ] : [] ];
      const bar = "█".repeat(Math.ceil(weight / 5)).padEnd(20);
      const line = `${durationText(rounded(after)).padStart(width)}  ${String(weight).padStart(3)} % ${bar}`;
      return `${line}  ${told.join(", ")}`.trimEnd();
    });
    return [ "```text", ...lines, "```" ];
  }
  function pointsOf(plan, timeline) {
    const start = timeline[0]?.at ?? 0;
    const seen = looksIn(plan.before, timeline).map(({at: at, live: live}) => ({
      after: at - start,
      weight: liveCanaryWeight(plan, live)
    }));
    const changes = seen.filter((point, index) => index === 0 || point.weight !== seen[index - 1]?.weight);
    const [last] = seen.slice(-1);
    return last === void 0 || changes.length < 2 || changes.at(-1) === last ? changes : [ ...changes, last ];
  }
  function markdown_list(items) {
    return items.map(item => `- ${item}`).join("\n");
  }
  function row(cells) {
    return `| ${cells.join(" | ")} |`;
  }
  function highestOf(version, before, timeline) {
    const shown = looksIn(before, timeline).map(({live: live}) => liveSplit(live));
    const written = ledgerOf(before, timeline).writes.filter(tookEffect);
    const splits = [ liveSplit(before), ...shown, ...written.map(({split: split}) => split) ];
    return Math.max(...splits.map(split => weightOf(split, version)));
  }
  function servedIn(plan, timeline) {
    const before = liveCanaryWeight(plan, plan.before);
    const looks = [ ...before > 0 ? [ {
      at: beganAt(plan, timeline),
      live: plan.before
    } ] : [], ...looksIn(plan.before, timeline) ].map(({at: at, live: live}) => ({
      at: at,
      weight: liveCanaryWeight(plan, live)
    }));
    const weights = [ ...new Set(looks.map(({weight: weight}) => weight).filter(weight => weight > 0)) ];
    if (weights.length === 0) return;
    const untilNext = (at, index) => (looks[index + 1]?.at ?? timeline.at(-1)?.at ?? at) - at;
    const each = looks.map(({at: at, weight: weight}, index) => weight > 0 ? Math.max(0, untilNext(at, index)) : 0);
    const isUnknown = plan.liveSince === void 0 || plan.bakesAnew === !0;
    const isLater = before > (plan.rollout.steps[0]?.weight ?? 0);
    return {
      weights: weights,
      took: each.reduce((sum, one) => sum + one, 0),
      isLonger: before > 0 && (isUnknown || isLater)
    };
  }
  function beganAt({liveSince: liveSince, bakesAnew: bakesAnew}, timeline) {
    const start = timeline[0]?.at ?? 0;
    return bakesAnew ? start : Math.min(liveSince ?? start, start);
  }
  function versions_versionName(version, run) {
    const {description: description} = versions_detailsOf(version, run);
    const number = asCode(version, 40);
    return description === void 0 ? number : `${inMarkdown(quoted(description))} (${number})`;
  }
  function versions_detailsOf(version, {plan: plan, live: live}) {
    const served = [ live, plan.before ].flatMap(one => one?.kind === "serving" ? one.details : []);
    const known = [ ...served, ..."known" in plan ? plan.known : [] ].filter(entry => entry.version === version);
    const description = known.find(entry => entry.description)?.description;
    const createdAt = known.find(entry => entry.createdAt)?.createdAt;
    return {
      ...description !== void 0 && {
        description: description
      },
      ...createdAt !== void 0 && {
        createdAt: createdAt
      }
    };
  }
  function splitName(split, run) {
    const [first, second] = split.toSorted((one, other) => other.weight - one.weight);
    if (first === void 0 || second === void 0) return `${versions_versionName(split[0].version, run)} at 100 %`;
    const share = ({version: version, weight: weight}) => {
      const role = versions_roleOf(version, run);
      return `${weight} % ${versions_versionName(version, run)}${role === "" ? "" : `, the ${role}`}`;
    };
    return `${share(first)}, and ${share(second)}`;
  }
  function versions_roleOf(version, {roles: roles}) {
    if (roles.canary?.version === version) return "canary";
    return roles.canary !== void 0 && roles.stable?.version === version ? "stable" : "";
  }
  function versionsTable(run, standing) {
    const {plan: plan} = run;
    const {before: before} = plan;
    if (before === void 0 || standing.kind === "unknown") return "";
    const columns = columnsOf(run, before, standing);
    const shares = columns.flatMap(({split: split}) => split ?? []);
    const canary = plan.kind === "rollout" ? [ plan.rollout.canary ] : [];
    const versions = [ ...new Set([ ...shares.map(({version: version}) => version), ...canary ]) ];
    if (versions.length < 2) return "";
    const hasRoles = versions.some(version => versions_roleOf(version, run) !== "");
    const inOrder = versions.toSorted((one, other) => rank(one, run) - rank(other, run));
    const rows = inOrder.map(version => {
      const {description: description = ""} = versions_detailsOf(version, run);
      const cell = [ asCode(version, 40), inMarkdown(description, 120) ].filter(part => part !== "").join(" ");
      const weights = columns.map(({weigh: weigh}) => weigh(version));
      return row([ ...hasRoles ? [ versions_roleOf(version, run) ] : [], cell, ...weights ]);
    });
    return [ row([ ...hasRoles ? [ "role" ] : [], "version", ...columns.map(({name: name}) => name) ]), row([ ...hasRoles ? [ ":--" ] : [], ":--", ...columns.map(() => "--:") ]), ...rows ].join("\n");
  }
  function columnsOf({plan: plan, timeline: timeline, conclusion: conclusion}, before, standing) {
    const column = (name, split, mark = "") => ({
      name: name,
      split: split,
      weigh: version => `${mark}${weightOf(split, version)}&nbsp;%${mark}`
    });
    const now = column(standing.kind === "read" ? "now" : "last seen", liveSplit(standing.live), "**");
    const wrote = timeline.some(({kind: kind}) => kind === "accepted" || kind === "write-failed");
    if (plan.kind === "deploy" && conclusion.outcome === "planned") return [ now, column("planned", plan.target) ];
    if (!wrote && sameTraffic(before, standing.live)) return [ now ];
    const highest = {
      ...column("highest", void 0),
      weigh: one => `${highestOf(one, before, timeline)}&nbsp;%`
    };
    return [ column("before", liveSplit(before)), highest, now ];
  }
  function rank(version, run) {
    return [ "stable", "canary", "" ].indexOf(versions_roleOf(version, run));
  }
  function detailsSection(run, context) {
    const {plan: plan, timeline: timeline} = run;
    const rollout = plan.kind === "rollout" ? plan : void 0;
    const parts = [ [ "weight over time", rollout === void 0 ? "" : weightChart(rollout, timeline, run.conclusion.outcome) ], [ "failed answers", failedAnswers(timeline) ], [ "what the gate can see", rollout === void 0 || run.survey !== void 0 ? "" : whatIsSeen(rollout, timeline) ], [ "ids", facts(run, context) ], [ "calls", callTable(timeline, deviations(timeline, context)) ] ];
    const shown = parts.filter(([, part]) => part !== "");
    if (shown.length === 0) return "";
    return [ `<details><summary>Details: ${shown.map(([name]) => name).join(", ")}</summary>`, ...shown.map(([, part]) => part), "</details>" ].join("\n\n");
  }
  function failedAnswers(timeline) {
    const failures = timeline.flatMap(event => event.kind === "measured" ? event.measurement.failures : []).slice(0, 3);
    if (failures.length === 0) return "";
    const rowOf = ({target: target, seen: seen, took: took, version: version}) => row([ asCode(target, 200), inMarkdown(seen, 100), `${took} ms`, asCode(version ?? "", 40) ]);
    return [ "The first answers that were not healthy:", "", "| target | seen | time | version |\n| :-- | :-- | --: | :-- |", ...failures.map(rowOf) ].join("\n");
  }
  function whatIsSeen({rollout: {gate: gate}, todo: todo}, timeline) {
    if (gate === void 0) return "";
    const baseline = baselineIn(timeline);
    const isWarned = baseline !== void 0 && baselineWarning(gate, baseline.version, baseline) !== void 0;
    const before = baseline === void 0 || isWarned ? [] : [ baselineLine(baseline) ];
    const lines = [ ...sensitivityLines(gate, todo), ...before ];
    return lines.length === 0 ? "" : `What the gate can see:\n\n${markdown_list(lines.map(line => asSentence(line)))}`;
  }
  function baselineLine({stable: stable}) {
    const answers = evidence_sizeOf(stable) === 0 ? "No answer of the stable could be had" : `${failedOf(stable, "answer")} of the stable failed`;
    return `${answers} before the first step.`;
  }
  function facts(run, context) {
    const {plan: plan, timeline: timeline, live: live, words: words, roles: roles} = run;
    const {before: before, wish: wish} = plan;
    const accepted = timeline.findLast(event => event.kind === "accepted");
    const isRollout = plan.kind === "rollout";
    const told = [ ...words.map(line => asSentence(line)), ...live?.kind === "serving" && live.deploymentId !== "" ? [ `DeploymentId ${asCode(live.deploymentId)}` ] : [], ...before?.kind === "serving" && before.deploymentId !== "" ? [ `DeploymentId before ${asCode(before.deploymentId)}` ] : [], ...accepted === void 0 || accepted.requestId === "" ? [] : [ `RequestId of the write ${asCode(accepted.requestId)}` ], ...versionFact("Canary", roles.canary?.version, run), ...versionFact("Stable", roles.canary === void 0 ? void 0 : roles.stable?.version, run), ...isRollout && plan.rollout.gate?.mode === "observe" ? [ "Observe mode: the gate stopped nothing, whatever it found" ] : [], ...wish.dryRun ? [ "Dry run: nothing was written" ] : [], ...origin(context) ];
    return told.length === 0 ? "" : `What this run went by:\n\n${markdown_list(told)}`;
  }
  function versionFact(role, number, run) {
    if (number === void 0) return [];
    const {createdAt: createdAt} = versions_detailsOf(number, run);
    return [ `${role} ${asCode(number, 40)}${createdAt === void 0 ? "" : `, created ${inMarkdown(createdAt, 40)}`}` ];
  }
  function origin({runUrl: runUrl, commit: commit, commitUrl: commitUrl, actor: actor}) {
    const parts = [ runUrl === "" ? "" : `<a href="${details_attribute(runUrl)}">this run</a>`, commit === "" ? "" : `commit ${commitUrl === "" ? asCode(commit) : `<a href="${details_attribute(commitUrl)}">${asCode(commit.slice(0, 7))}</a>`}`, actor === "" ? "" : `by ${inMarkdown(actor)}` ].filter(part => part !== "");
    return parts.length === 0 ? [] : [ `From ${parts.join(", ")}` ];
  }
  function details_attribute(url) {
    return encodeURI(url).replace(/["'<>&|`]/g, character => `&#${character.charCodeAt(0)};`);
  }
  function deviations(timeline, {issuesUrl: issuesUrl = ""}) {
    const seen = timeline.filter(event => event.kind === "deviated");
    if (seen.length === 0) return [];
    const told = seen.map(event => `${asCode(event.fact, 40)} (${inMarkdown(event.seen, 80)})`).join(", ");
    const place = issuesUrl === "" ? "" : ` at ${issuesUrl}/new?template=contract-report.yml`;
    return [ `Otherwise than assumed of the service: ${told}. This run copes with that; please report it${place}.`, "" ];
  }
  function gateCounts({rollout: {gate: gate}}, timeline) {
    if (gate === void 0) return [ "No gate watched it." ];
    const checks = checksIn(timeline);
    if (checks.length === 0) return [ "The gate made no check." ];
    const added = additions(checks);
    const sources = [ ...new Set(checks.map(({source: source}) => source)) ];
    return sources.map(source => {
      const saw = sawBy(added.filter(check => check.source === source));
      return sources.length === 1 ? `The gate saw ${saw}.` : `By \`${source}\` the gate saw ${saw}.`;
    });
  }
  function sawBy(checks) {
    const ours = total(checks.map(({canary: canary}) => canary));
    if (checks.every(isExitCode)) return `${failedOf(ours, "check")} by \`gate-command\` fail`;
    const compared = checks.flatMap(({stable: stable}) => stable ?? []);
    const isMixed = checks.some(({source: source, stable: stable, weight: weight}) => source === "gate-url" && !stable && weight < 100);
    if (isMixed) return evidence_sizeOf(ours) === 0 ? "no answer" : `${failedOf(ours, "answer")} fail, whichever version gave them`;
    const canary = evidence_sizeOf(ours) === 0 ? "no answer of the canary" : `${failedOf(ours, "answer")} of the canary fail`;
    if (compared.length === 0) return canary;
    const theirs = total(compared);
    return `${canary}, and ${evidence_sizeOf(theirs) === 0 ? "none" : failedOf(theirs)} of the stable`;
  }
  function checksIn(timeline) {
    return timeline.flatMap(event => event.kind === "measured" ? [ {
      ...event.measurement,
      weight: event.weight
    } ] : []);
  }
  function whatToDo(run, standing) {
    const {plan: plan, conclusion: conclusion} = run;
    const {outcome: outcome, advice: advice, nextRun: nextRun} = conclusion;
    const first = plan.kind === "rollout" ? firstOf(plan, run) : OUTCOMES[outcome].toDo;
    const isNothing = outcome !== "baking" && first.startsWith("Nothing");
    const goesOn = isNothing && nextRun !== void 0;
    const mayShow = isNothing && writes(run) && !what_to_do_isSettled(standing);
    const said = [ ...mayShow ? [ LOOK ] : [], ...goesOn ? [ nextRun ] : [], ...first === "" || mayShow || goesOn ? [] : [ first ], ...outcome === "planned" && plan.wish.dryRun && writes(run) ? [ "Run it without `dry-run` to do it." ] : [], ...plan.kind === "rollout" && outcome === "rolled-back" && advice.length === 0 ? [ afterRollback(plan, run) ] : [], ...advice, ...nextRun === void 0 || goesOn ? [] : [ nextRun ] ];
    if (said.length > 0) return said;
    return [ what_to_do_isSettled(standing) ? "Nothing." : LOOK ];
  }
  const LOOK = "Read what is live with `dry-run: true`.";
  function what_to_do_isSettled(standing) {
    return standing.kind === "read" && standing.open.length === 0;
  }
  function firstOf(plan, run) {
    const {outcome: outcome} = run.conclusion;
    const observed = observedIn(run.timeline);
    const wouldHaveEnded = observed !== void 0 && wouldEnd(observed) && OUTCOMES[outcome].exit === 0;
    const decide = "Decide whether it stays: a gate that acts would have ended it.";
    if (outcome === "baking") return `${wouldHaveEnded ? `${decide} The` : "Nothing: the"} ${nextTick(plan, run)}`;
    if (wouldHaveEnded) return decide;
    const isStuck = outcome === "held" && run.live !== void 0 && liveCanaryWeight(plan, run.live) > 0;
    return OUTCOMES[isStuck ? "paused" : outcome].toDo;
  }
  function writes({plan: plan}) {
    return plan.kind === "deploy" || plan.kind === "rollout";
  }
  function nextTick(plan, {live: live, conclusion: conclusion}) {
    const weight = live === void 0 ? 0 : liveCanaryWeight(plan, live);
    const next = plan.todo.find(step => step.weight > weight);
    const then = next === void 0 ? "ends the rollout there" : `gives the canary ${next.weight} %`;
    const due = conclusion.nextStepAt === void 0 ? "" : ` from ${clockText(conclusion.nextStepAt)} on`;
    const {gate: gate} = plan.rollout;
    const check = gate?.mode === "enforce" ? " if the gate lets it" : "";
    const before = gate === void 0 ? "changes nothing" : "checks the canary and changes nothing";
    const well = gate?.mode === "enforce" ? " while it is well" : "";
    return `first run${due} ${then}${check}. One before that ${before}${well}.`;
  }
  const AFTER_ROLLBACK = {
    unhealthy: "Fix the code, then roll out a new version.",
    inconclusive: "Fix what keeps the gate from measuring, then roll it out again.",
    undeployable: "Roll it out again once it can be deployed.",
    unreadable: "Roll it out again once what is live can be read.",
    cancelled: "Run this again to roll it out after all."
  };
  function afterRollback(plan, {timeline: timeline}) {
    const {abort: abort} = stateOf(plan, timeline);
    return abort === void 0 ? "Find out why before you roll it out again." : AFTER_ROLLBACK[abort.why];
  }
  function undoInputs({undo: undo, live: live, conclusion: conclusion}) {
    if (undo === void 0 || live?.kind !== "serving") return;
    const versions = `versions: ${splitText(undo)}`;
    if (conclusion.advice.some(advice => advice.includes(`\`${versions}\``))) return;
    const guard = live.deploymentId === "" ? [] : [ `expect-deployment-id: ${live.deploymentId}` ];
    return [ versions, ...guard ];
  }
  function firstLines(run, standing) {
    const {plan: plan, conclusion: conclusion} = run;
    const tried = plan.kind !== "rollout" || plan.wish.dryRun ? "" : triedLine(plan, run, standing);
    return [ [ liveLine(run, standing), tried ].filter(line => line !== "").join(" "), `**${conclusion.outcome === "planned" && plan.kind !== "report" ? "Plan" : "Why"}:** ${whyLine(run)}`, conclusion.warning === void 0 ? "" : `⚠️ ${asSentence(conclusion.warning, 2e3)}`, `**What to do:** ${whatToDo(run, standing).map(sentence => asSentence(sentence, 1e3)).join(" ")}${undoLine(run)}` ];
  }
  function liveLine(run, standing) {
    const {env: env} = run.plan.wish;
    const Env = `${env.slice(0, 1).toUpperCase()}${env.slice(1)}`;
    if (standing.kind === "unknown") return `**What ${env} serves ${standing.tried ? "could not be read" : "was not looked at"}.**`;
    const {live: live, at: at, isOthers: isOthers, open: open} = standing;
    const what = live.kind === "nothing" ? "nothing" : splitName(live.split, run);
    const when = at === void 0 ? "" : clockText(at);
    const whose = isOthers ? ", which somebody else deployed" : "";
    const sent = [ ...new Set(open.map(({split: split}) => splitText(split))) ].map(split => asCode(split)).join(" and ");
    if (standing.kind === "read") {
      const mayShow = sent === "" ? "" : ` ⚠️ Sent, and not shown yet: ${sent}. It may still show.`;
      return `**${Env} serves ${what}**${whose}, as read back${when && ` at ${when}`}.${mayShow}`;
    }
    const since = sent === "" ? "" : ` Sent since, and may be live: ${sent}.`;
    return `**What ${env} serves could not be read back.** It was last seen to serve ${what}${whose}${when && `, at ${when}`}.${since}`;
  }
  function triedLine(plan, run, standing) {
    const {canary: canary} = plan.rollout;
    const served = servedIn(plan, run.timeline);
    const highest = highestOf(canary, plan.before, run.timeline);
    const open = standing.kind === "unknown" ? [] : standing.open;
    const isNamed = standing.kind !== "unknown" && standing.live.kind === "serving" && weightOf(standing.live.split, canary) > 0;
    const name = isNamed ? "The canary" : `The canary, ${versions_versionName(canary, run)},`;
    const most = Math.max(highest, ...open.map(({split: split}) => weightOf(split, canary)));
    if (served === void 0) return most === 0 ? `${name} got no traffic.` : `${name} may have had ${most} %.`;
    const took = `${served.isLonger ? "at least " : ""}${durationText(rounded(served.took))}`;
    if (standing.kind === "read" && standing.live.kind === "serving" && weightOf(standing.live.split, canary) === 100) {
      const by = served.weights.length < 2 ? "at once" : `by ${served.weights.map(one => `${one} %`).join(", ")}, in ${took}`;
      return plan.stable === void 0 ? "" : `It took the place of ${versions_versionName(plan.stable, run)} ${by}.`;
    }
    const had = isNamed ? "has had" : "had";
    if (most > highest) return `${name} ${had} ${highest} % for ${took} in all, and may have had ${most} %.`;
    return `${name} ${had} ${highest} % at most, for ${took} in all.`;
  }
  function whyLine({plan: plan, timeline: timeline, conclusion: conclusion}) {
    const {why: why, reason: reason} = conclusion;
    if (plan.kind === "refused" && plan.mistakes.length > 1) return `Nothing was written:\n\n${markdown_list(plan.mistakes.map(mistake => asSentence(mistake, 1e3)))}`;
    const said = asSentence(why ?? reason, 2e3);
    if (plan.kind !== "rollout" || plan.wish.dryRun || isByGate(plan, timeline)) return said;
    return [ said, ...gateCounts(plan, timeline).map(sentence => asSentence(sentence)) ].join(" ");
  }
  function isByGate(plan, timeline) {
    const {abort: abort, ledger: ledger} = stateOf(plan, timeline);
    return abort?.why === "unhealthy" || abort?.why === "inconclusive" || ledger.recovering;
  }
  function undoLine(run) {
    const {plan: plan, changed: changed, undo: undo} = run;
    if (plan.before?.kind === "nothing" && changed && undo === void 0) return " **Undo:** nothing was live before, and ESA cannot withdraw a deployment.";
    const inputs = undoInputs(run);
    if (inputs === void 0) return "";
    const without = plan.kind === "rollout" ? `, without ${asCode("canary")}, ${asCode("steps")} and the gate` : "";
    return ` **Undo:** run again with ${inputs.map(input => asCode(input)).join(" and ")}${without}.`;
  }
  function stepsTable(plan, timeline, outcome) {
    if (plan.todo.length === 0) return "";
    const rows = steps_table_rowsOf(stepStates(plan, timeline, outcome));
    const columns = steps_table_columnsOf(plan, timeline).filter(({cell: cell}) => rows.some(steps => cell(steps) !== ""));
    return [ row(columns.map(({name: name}) => name)), row(columns.map(({isNumber: isNumber}) => isNumber ? "--:" : ":--")), ...rows.map(steps => row(columns.map(({cell: cell}) => cell(steps)))) ].join("\n");
  }
  function steps_table_rowsOf(states) {
    const rows = [];
    for (const one of states) {
      const last = rows.at(-1);
      one.state === "not reached" && last?.[0]?.state === "not reached" ? last.push(one) : rows.push([ one ]);
    }
    return rows;
  }
  function steps_table_columnsOf(plan, timeline) {
    const checksAt = weight => checksIn(timeline).filter(check => check.weight === weight);
    const column = (name, isNumber, tell) => ({
      name: name,
      isNumber: isNumber,
      cell: ([first, ...others]) => first === void 0 || others.length > 0 ? "" : tell(first.step)
    });
    return [ {
      name: "step",
      isNumber: !0,
      cell: stepName
    }, column("bake", !1, step => bakeOf(plan, step, timeline)), column("after", !1, step => wentLive(plan, step, timeline)), column("checks", !1, ({weight: weight}) => made(checksAt(weight))), column("canary failed", !0, ({weight: weight}) => steps_table_failed(additions(checksAt(weight)), "canary")), column("stable failed", !0, ({weight: weight}) => steps_table_failed(additions(checksAt(weight)), "stable")), column("share seen", !0, ({weight: weight}) => shareSeen(additions(checksAt(weight)))), {
      name: "state",
      isNumber: !1,
      cell: ([first]) => first?.state ?? ""
    } ];
  }
  function made(checks) {
    if (checks.length === 0) return "";
    const [cut, unknown, unnamed] = [ "cut", "unknown", "unnamed" ].map(of => checks.reduce((sum, check) => sum + check[of], 0));
    return [ `${checks.length}`, ...cut === 0 ? [] : [ `${cut} failed and named no version` ], ...unnamed === 0 ? [] : [ `${unnamed} named no version` ], ...unknown === unnamed ? [] : [ unknown - unnamed + " not measured" ] ].join(", ");
  }
  function steps_table_failed(checks, of) {
    const counts = total(checks.flatMap(check => check[of] ?? []));
    if (evidence_sizeOf(counts) === 0) return "";
    const isMixed = ({source: source, stable: stable, weight: weight}) => source === "gate-url" && stable === void 0 && weight < 100;
    const mixed = of === "canary" && checks.some(isMixed);
    return `${failedOf(counts)}${mixed ? " of both" : ""}`;
  }
  function shareSeen(checks) {
    const compared = checks.filter(({stable: stable}) => stable !== void 0);
    const ours = evidence_sizeOf(total(compared.map(({canary: canary}) => canary)));
    const all = ours + evidence_sizeOf(total(compared.flatMap(({stable: stable}) => stable ?? [])));
    const unnamed = compared.reduce((sum, check) => sum + check.unnamed, 0);
    return all <= unnamed ? "" : `${(100 * ours / all).toFixed(1)} %`;
  }
  function wentLive(plan, step, timeline) {
    const start = timeline[0]?.at ?? 0;
    const look = looksIn(plan.before, timeline).find(({live: live}) => liveCanaryWeight(plan, live) === step.weight);
    if (look === void 0) return "";
    return plan.liveSince !== void 0 && step.weight === plan.todo[0]?.weight ? "before this run" : durationText(rounded(look.at - start));
  }
  function stepName(steps) {
    const [first, last] = [ steps[0], steps.at(-1) ].map(one => `${one?.step.weight ?? 0} %`);
    return steps.length > 1 ? `${first} to ${last}` : `${first}`;
  }
  function bakeOf(plan, {weight: weight, bake: bake}, timeline) {
    if (bake === 0) return "none";
    const looks = looksIn(plan.before, timeline).map(({at: at, live: live}) => ({
      at: at,
      weight: liveCanaryWeight(plan, live)
    }));
    const first = looks.findIndex(look => look.weight === weight);
    const from = looks[first];
    const isFromBefore = plan.liveSince !== void 0 && weight === plan.todo[0]?.weight;
    if (from === void 0 || isFromBefore && plan.bakesAnew) return durationText(bake);
    const end = looks.slice(first).find(look => look.weight !== weight)?.at ?? timeline.at(-1)?.at ?? from.at;
    const took = end - (isFromBefore ? Math.min(plan.liveSince ?? from.at, from.at) : from.at);
    return rounded(took) < bake ? `${durationText(rounded(took))} of ${durationText(bake)}` : durationText(bake);
  }
  function surveyLines(survey, {routine: routine}) {
    const {access: access, served: served, choice: choice, now: now} = survey;
    const proved = [ ...provedLines(survey), ...access.denied.map(denialText), ...openLines(survey) ];
    const isAnyProved = access.allowed.length + access.denied.length > 0;
    return [ ...isAnyProved ? [ "What this dry run has proved:", ...indented(proved.map(withoutTicks)) ] : [], ...served.map(({env: env, live: live}) => `Live in ${env}: ${live.ok ? describeLive(live.value) : unclear(live.error)}`), ...choice === void 0 ? [] : choiceLines(choice, routine, now), ...survey.tried.length === 0 ? [] : [ "Each URL of the gate, asked once:", ...indented(survey.tried.map(survey_text_triedLine)) ] ].map(line => oneLine(line, LONGEST_LIST));
  }
  const withoutTicks = line => line.replaceAll("`", "");
  function indented(lines) {
    return lines.map(line => `  ${line}`);
  }
  function provedLines({credentials: credentials, access: {allowed: allowed, denied: denied}}) {
    if (allowed.length + denied.length === 0) return [];
    return [ `Accepted credentials: ${credentials}`, ...allowed.length === 0 ? [] : [ `Allowed: ${ticked(allowed)}` ] ];
  }
  function denialText({action: action, code: code, requestId: requestId}) {
    const id = requestId === "" ? "" : `, RequestId ${requestId}`;
    return `Denied: \`${action}\` (${code}${id}): a real run needs it, on resource \`*\``;
  }
  function openLines({access: {untried: untried}}) {
    return untried.length === 0 ? [] : [ `Only a real run can prove: ${ticked(untried)}` ];
  }
  function ticked(actions) {
    return actions.map(action => `\`${action}\``).join(", ");
  }
  function unclear(why) {
    return `it cannot be told: ${why}`;
  }
  function choiceLines(choice, routine, now) {
    if (!choice.ok) return [ unlisted(choice.error.code) ];
    const {newest: newest} = choice.value;
    if (newest.length === 0) return [ `${quoted(routine)} has no version yet.` ];
    const words = newest.map(one => one.words.join(", "));
    const [wide, wider] = [ newest.map(({version: version}) => version), words ].map(texts => Math.max(...texts.map(text => text.length)));
    const rows = newest.map((one, index) => {
      const columns = [ one.version.padEnd(wide ?? 0), (words[index] ?? "").padEnd(wider ?? 0), ...seenOf(one, now) ];
      return columns.join("  ").trimEnd();
    });
    const others = othersText(choice.value);
    return [ `Versions of ${quoted(routine)}, newest first, each with the words that name it:`, ...indented([ ...rows, ...others === void 0 ? [] : [ others ] ]) ];
  }
  function unlisted(code) {
    return `The versions could not be listed: ${code}.`;
  }
  function seenOf(one, now) {
    const {description: description, status: status, boundTo: boundTo} = one;
    const created = createdAt(one);
    const age = created === void 0 ? "of unknown age" : ageText(now - created);
    const bound = boundTo === void 0 ? "" : `, bound to ${boundTo}`;
    return [ age, `${status ?? "status not told"}${bound}`, description === void 0 ? "" : quoted(description) ];
  }
  function othersText({others: others, complete: complete}) {
    if (complete) return others === 0 ? void 0 : `and ${others} older`;
    return `and ${others === 0 ? "more" : `${others} older, and more`} than the service lists`;
  }
  function surveySections(survey, plan) {
    const {served: served, choice: choice, access: access} = survey;
    return [ ...proofSection(survey, access.denied), ...served.length === 0 ? [] : [ "#### Live", liveTable(served) ], ...choice === void 0 ? [] : choiceSection(choice, plan.wish) ];
  }
  function proofSection(survey, denied) {
    const proved = provedLines(survey);
    if (proved.length === 0) return [];
    const marked = [ ...proved.map(line => `✅ ${asSentence(line)}`), ...denied.map(one => `⚠️ ${asSentence(denialText(one))}`), ...openLines(survey).map(line => `❔ ${asSentence(line, LONGEST_LIST)}`) ];
    const policy = denied.length === 0 ? [] : [ "The policy that it takes for ESA, whole:", asBlock(policyOf(survey), "json") ];
    return [ "#### Access", markdown_list(marked), ...policy ];
  }
  function policyOf({access: {needed: needed}}) {
    const Action = needed.filter(action => action.startsWith("esa:")).toSorted();
    return JSON.stringify({
      Version: "1",
      Statement: [ {
        Effect: "Allow",
        Action: Action,
        Resource: "*"
      } ]
    }, void 0, 2);
  }
  const LONGEST_LIST = 1e3;
  function liveTable(served) {
    const rows = served.flatMap(({env: env, live: live}) => liveRows(env, live));
    return [ "| environment | weight | version | description | DeploymentId |", "| :-- | --: | :-- | :-- | :-- |", ...rows ].join("\n");
  }
  function liveRows(env, live) {
    if (!live.ok) return [ row([ env, "", inMarkdown(unclear(live.error)), "", "" ]) ];
    if (live.value.kind === "nothing") return [ row([ env, "", "nothing", "", "" ]) ];
    const {split: split, details: details, deploymentId: deploymentId} = live.value;
    return split.map(({version: version, weight: weight}) => {
      const description = details.find(one => one.version === version)?.description ?? "";
      return row([ env, `${weight} %`, asCode(version, 40), inMarkdown(description, 120), asCode(deploymentId) ]);
    });
  }
  function choiceSection(choice, {routine: routine}) {
    const title = "#### Versions to choose from";
    if (!choice.ok) return [ title, `⚠️ ${asSentence(unlisted(choice.error.code))}` ];
    const {newest: newest} = choice.value;
    if (newest.length === 0) return [ title, `${inMarkdown(routine)} has no version yet.` ];
    const header = "| version | words for it | description | created | status | bound to |\n| :-- | :-- | :-- | :-- | :-- | :-- |";
    const rows = newest.map(({version: version, words: words, description: description = "", createdAt: told = "", status: status = "", boundTo: boundTo = ""}) => row([ asCode(version, 40), words.map(word => asCode(word)).join(", "), inMarkdown(description, 120), inMarkdown(told, 40), inMarkdown(status, 40), inMarkdown(boundTo, 40) ]));
    const others = othersText(choice.value);
    return [ title, [ header, ...rows ].join("\n"), ...others === void 0 ? [] : [ `… ${others}.` ] ];
  }
  const NO_HEADER = "leave `gate-version-header` out until the version that is live sets it";
  function survey_text_triedLine({url: url, seen: seen, mark: mark}) {
    if (mark === void 0) return `${url}: ${seen}`;
    const {header: header, value: value} = mark;
    return `${url}: ${seen}, ${value === void 0 ? `without ${header}: ${withoutTicks(NO_HEADER)}` : `${header}: ${quoted(value)}`}`;
  }
  function triedSection(tried) {
    if (tried.length === 0) return [];
    const marked = tried.map(({url: url, isHealthy: isHealthy, seen: seen, mark: mark}) => {
      const isWell = isHealthy && (mark === void 0 || mark.value !== void 0);
      return `${isWell ? "✅" : "⚠️"} ${asCode(url, 500)}: ${inMarkdown(seen, 200)}${markedAs(mark)}`;
    });
    return [ "Each URL, asked once:", markdown_list(marked) ];
  }
  function markedAs(mark) {
    if (mark === void 0) return "";
    const {header: header, value: value} = mark;
    return value === void 0 ? `, without ${asCode(header)}: ${asSentence(NO_HEADER)}` : `, ${asCode(header)}: ${asCode(value, 100)}`;
  }
  function catchSection(plan, {tried: tried}) {
    if (plan.kind !== "rollout" || plan.rollout.gate === void 0) return [];
    const lines = sensitivityLines(plan.rollout.gate, plan.todo);
    if (lines.length + tried.length === 0) return [];
    return [ "#### What the gate would catch", markdown_list(lines.map(line => asSentence(line))), ...triedSection(tried) ];
  }
  function verdict(outcome) {
    const {emoji: emoji, title: title} = OUTCOMES[outcome];
    return `${emoji} ${title}`;
  }
  function summaryOf(run, context) {
    const {plan: plan, timeline: timeline, conclusion: conclusion} = run;
    const {routine: routine, env: env} = plan.wish;
    const standing = standingOf(run);
    const snippet = snippetOf(timeline);
    const rollout = plan.kind === "rollout" ? plan : void 0;
    return sections([ `### ${verdict(conclusion.outcome)}: ${inMarkdown(routine)} in ${env}`, ...firstLines(run, standing), snippet === void 0 ? "" : asBlock(snippet, "json"), helpLine(run, context.help), summary_TELLING.has(conclusion.outcome) ? markdown_list(run.words.map(line => asSentence(line))) : "", run.survey !== void 0 && plan.kind === "report" ? "" : versionsTable(run, standing), rollout === void 0 ? "" : stepsTable(rollout, timeline, conclusion.outcome), ...run.survey === void 0 ? [] : catchSection(plan, run.survey), rollout === void 0 ? "" : blindness(rollout, timeline), ...run.survey === void 0 ? [] : surveySections(run.survey, plan), detailsSection(summary_TELLING.has(conclusion.outcome) ? {
      ...run,
      words: []
    } : run, context) ]);
  }
  const summary_TELLING = new Set([ "planned", "uploaded" ]);
  function blindness({rollout: {gate: gate}, todo: todo}, timeline) {
    const baseline = baselineIn(timeline);
    const warning = gate && baseline && baselineWarning(gate, baseline.version, baseline);
    const warnings = [ ...warning === void 0 ? [] : [ warning ], ...unseenSteps(gate, todo) ];
    return markdown_list(warnings.map(line => `⚠️ ${asSentence(line, 1e3)}`));
  }
  function mistakesSummary(mistakes, routine, others = 0) {
    const count = mistakes.length + others;
    return sections([ `### ${verdict("refused")}${routine === "" ? "" : `: ${inMarkdown(routine)}`}`, "**What is live was not looked at, and nothing of it has changed:** no request was sent.", `**Why:** ${count === 1 ? "One thing is" : `${count} things are`} wrong, as listed below.`, `**What to do:** ${OUTCOMES.refused.toDo}`, markdown_list(mistakes.map(mistake => asSentence(mistake))), others === 0 ? "" : `And ${others} more.` ]);
  }
  function faultSummary(message, issues) {
    return sections([ `### ${verdict("failed")}: a fault in this action`, "**What is live is not known from this run.**", `**Why:** ${inMarkdown(message)}`, `**What to do:** Read what is live with ${asCode("dry-run: true")}. Please report this${issues === "" ? "" : ` at ${issues}`}, with the log.` ]);
  }
  function sections(parts) {
    return `${parts.filter(part => part !== "").join("\n\n")}\n\n`;
  }
  const MOST_ANNOTATED = 10;
  const MOST_MISTAKES = 50;
  const LONGEST_STACK = 8e3;
  function settle({conclusion: conclusion, changed: changed}, {log: log}) {
    const saved = isSettled(conclusion) ? runner_saveState("concluded", "true") : void 0;
    saved?.ok === !1 && !forgetState().ok && changed && log.warn(`${saved.error} If a rollout was begun, the post step may take it for one that was killed.`);
  }
  function conclude(run, reporter) {
    const {log: log} = reporter;
    const {outcome: outcome, reason: reason, advice: advice, warning: warning} = run.conclusion;
    const retries = describeRetries(run.timeline);
    log.section("Conclusion");
    retries !== void 0 && log.say(retries);
    warning !== void 0 && log.warn(warning);
    const {title: title, text: text} = annotationOf(run, outcomesPage());
    OUTCOMES[outcome].exit === 0 ? log.headline(`${outcome}: ${[ reason, ...advice ].join(" ")}`) : log.fail(text, title);
    saySnippet(run, log);
    publish(outputsOf(run), summaryOf(run, runContext()), reporter);
  }
  function saySnippet({timeline: timeline}, log) {
    for (const line of snippetOf(timeline)?.split("\n") ?? []) log.headline(line);
  }
  function refuse(mistakes, routine, reporter) {
    const {log: log, secrets: secrets} = reporter;
    const where = ({input: input}) => INPUTS.includes(input) ? "Input" : "Variable";
    const told = someOfEach(mistakes, MOST_MISTAKES);
    const lines = told.map(mistake => secrets.redact(`${where(mistake)} "${mistake.input}": ${withStop(mistake.message)}`));
    const shown = lines.slice(0, MOST_ANNOTATED);
    const [only] = told.length === 1 ? told : [];
    const title = only === void 0 ? `${mistakes.length} things are wrong` : `${where(only)} ${only.input}`;
    for (const line of lines.slice(MOST_ANNOTATED)) log.headline(line);
    const others = mistakes.length - told.length;
    others > 0 && log.headline(`${others} more are not listed: ${mistakes.length} things are wrong in total.`);
    const help = helpSentence(outcomesPage(), "an-input-is-wrong");
    const end = [ "No request was sent.", ...help === "" ? [] : [ help ] ].join(" ");
    log.failWithLines([ ...shown, end ].join("\n"), title);
    const count = mistakes.length > MOST_ANNOTATED ? ` ${mistakes.length} things are wrong.` : "";
    const reason = `No request was sent.${count} ${shown.join(" ")}`;
    const summary = mistakesSummary(lines, routine, others);
    const more = helpParagraph(outcomesPage(), "an-input-is-wrong");
    publish(emptyOutputs({
      outcome: "refused",
      reason: reason
    }), `${summary}${more}`, reporter);
  }
  function concludeCrash(error, reporter) {
    const message = stackOf(error, reporter.secrets);
    const issues = issuesUrl();
    const where = issues === "" ? "" : ` at ${issues}`;
    reporter.log.failWithLines(withHelp(`This is a fault in the action itself. Please report it${where}:\n${message}`, "a-fault-in-the-action", "\n"), "Fault in the action");
    const reason = `A fault in the action itself: ${oneLine(message)}`;
    const summary = faultSummary(message, issues);
    const more = helpParagraph(outcomesPage(), "a-fault-in-the-action");
    publish(emptyOutputs({
      outcome: "failed",
      reason: reason
    }), `${summary}${more}`, reporter);
  }
  function withHelp(text, anchor, between = " ") {
    const help = helpSentence(outcomesPage(), anchor);
    return help === "" ? text : `${text}${between}${help}`;
  }
  function stackOf(error, {redact: redact}) {
    return redact(error instanceof Error ? error.stack ?? error.message : String(error)).slice(0, LONGEST_STACK);
  }
  function publish(outputs, summary, {secrets: {redact: redact}, log: log}) {
    OUTCOMES[outputs.outcome].exit !== 0 && failStep();
    const texts = Object.entries(outputs).map(([name, value]) => [ name, redact(value) ]);
    const handed = setOutputs({
      ...Object.fromEntries(texts),
      timeline: redactJson(outputs.timeline, redact)
    });
    if (!handed.ok) {
      failStep();
      const lost = withHelp(`${handed.error} ${lostOutputs(outputs)}`, "the-outputs-are-lost");
      OUTCOMES[outputs.outcome].exit === 0 ? log.fail(lost, "Outputs lost") : log.warn(lost);
    }
    addSummary(redact(summary), log);
    exitSoon();
  }
  function concludeRecovery(run, wayBack, {secrets: secrets, log: log}) {
    const {outcome: outcome} = run.conclusion;
    const {title: title, text: text} = annotationOf(run, outcomesPage());
    if (OUTCOMES[outcome].postStepFails) {
      failStep();
      log.fail([ wayBack, text ].join(" "), title);
    } else log.warn(text, title);
    addSummary(secrets.redact(summaryOf(run, runContext())), log);
    exitSoon();
  }
  function cannotRecover(why, wayBack, {raw: raw, log: log}) {
    failStep();
    log.fail(withHelp(`${wayBack} The rollout was interrupted, and what it left behind was not checked. ${why}`, "what-was-left-behind-was-not-checked"), `The interrupted rollout was not rolled back: ${oneLine(raw.routine, 100)} in ${oneLine(raw.env, 100)}`);
  }
  function concludeRecoveryCrash(error, wayBack, {secrets: secrets, log: log}) {
    failStep();
    log.failWithLines(withHelp(`This is a fault in the action itself: ${stackOf(error, secrets)}\n${wayBack}`, "a-fault-in-the-action", "\n"), "Fault in the action");
  }
  const SHORTEST_SESSION = 9e5;
  function lifetimeWarning(source, plan) {
    if (source.kind !== "keys" || source.keys.securityToken === void 0) return;
    if (plan.kind !== "rollout" || !plan.rollout.wait || plan.wish.dryRun) return;
    const bake = plan.todo.reduce((sum, step) => sum + step.bake, 0);
    if (bake <= SHORTEST_SESSION) return;
    return `The steps bake for ${durationText(bake)}, and the keys from ${source.from} belong to a session: once it has ended, nothing can be rolled back. With \`role-to-assume\` this action renews its session itself.`;
  }
  function stopped(state, abort) {
    const {plan: plan} = state;
    return plan.kind === "deploy" ? stoppedSplit(state, plan, abort) : stoppedRollout(state, plan, abort);
  }
  function stoppedSplit({ledger: ledger}, plan, abort) {
    const live = liveSentence(plan, ledger.live);
    if (serves(ledger.live, plan.target) && ledger.owner === "ours") return deployed(plan, ledger);
    const last = ledger.writes.at(-1)?.answer;
    if (last === void 0) {
      const why = "Cancelled before anything was written.";
      return finish("held", `Cancelled before anything was written; ${live}.`, [], {
        why: why
      });
    }
    if (last.kind === "accepted") return neverShown(plan, ledger, last);
    const {why: why, sentence: sentence, fault: fault} = abort;
    const said = why === "cancelled" ? `Cancelled; ${abort_conclusions_failure(last.fault)}` : sentence;
    const open = unknownWrites(ledger);
    const tail = open.length === 0 ? "" : ` ${fateUnknown(open)}`;
    const advice = [ (fault ?? last.fault).advice, ...open.length === 0 ? [] : [ "Read what is live with `dry-run: true` in a minute." ] ];
    return finish("failed", `${said}. Now ${live}.${tail}`, advice, {
      why: `${said}.${tail}`
    });
  }
  function abort_conclusions_failure(fault) {
    return `${fault.operation} failed: ${faultText(fault)}`;
  }
  function neverShown(plan, ledger, accepted) {
    const id = accepted.requestId === "" ? "" : ` (RequestId ${accepted.requestId})`;
    const after = Math.round((ledger.now - accepted.at) / 1e3);
    const said = `The service accepted ${splitText(accepted.split)}${id}`;
    const advice = "Read what is live with `dry-run: true` in a minute; if it still is not as wanted, open a ticket with that RequestId.";
    return finish("failed", `${said}, but ${after} s later ${liveSentence(plan, ledger.live)}. It may still show.`, [ advice ], {
      why: `${said}, and did not show it ${after} s later. It may still show.`
    });
  }
  function stoppedRollout(state, plan, abort) {
    const {ledger: ledger, course: course} = state;
    const live = liveSentence(plan, ledger.live);
    const advice = abort.fault === void 0 ? [] : [ abort.fault.advice ];
    const open = unknownWrites(ledger);
    const tail = [ ...ledger.overwritten === void 0 ? [] : [ overwrote(ledger.overwritten) ], ...open.length === 0 ? [] : [ fateUnknown(open) ] ].map(sentence => ` ${sentence}`);
    const more = unsettled(ledger);
    const mayPromote = abort.why !== "unhealthy" && state.observed?.why !== "unhealthy";
    const theirs = ledger.overwritten === void 0 ? [] : overwriteAdvice(ledger.overwritten);
    const end = (outcome, sentence, ways = [], next = {}) => finish(outcome, `${because(abort)} ${sentence}${tail.join("")}`, [ ...advice, ...theirs, ...ways ], {
      ...more,
      ...next,
      why: `${because(abort)}${tail.join("")}`
    });
    if (liveCanaryWeight(plan, ledger.live) > 0) return end("held", `Now ${live}, and stays as it is.`, nextSteps(plan, ledger.live, mayPromote));
    const undone = ledger.writes.some(write => isBack(course, write.split) && tookEffect(write));
    if (undone) return end("rolled-back", `Now ${live}${hasServed(state) ? " again" : ""}.`, [], onSchedule(state, "rolled-back"));
    if (abort.why === "undeployable") return end("failed", `Now ${live}.`);
    if (ledger.writes.length === 0) return end("held", `Nothing was written. Now ${live}.`);
    return end("held", open.length > 0 ? `Now ${live}.` : `No write of this run took effect. Now ${live}.`);
  }
  function rollbackFailed({plan: plan, ledger: ledger, course: course}, abort, fault) {
    const said = fault === void 0 ? "it was accepted, but does not show" : faultText(fault);
    const why = `${because(abort)} The rollback failed too: ${said}.`;
    const advice = [ rollbackAdvice(course), ...fault === void 0 ? [] : [ fault.advice ] ];
    return finish("rollback-failed", `${why} Now ${liveSentence(plan, ledger.live)}.`, advice, {
      why: why
    });
  }
  function abort_conclusions_unreadable(state, fault) {
    const {plan: plan, ledger: ledger, abort: abort, course: course} = state;
    const sent = unknownWrites(ledger).map(({answer: answer, split: split}) => answer.kind === "accepted" ? `${splitText(split)} was accepted since` : `${splitText(split)} was sent since and may be live`);
    const seen = lastSeenSentence(plan, ledger.live);
    const whose = ledger.owner === "somebody else" ? ", which somebody else deployed" : "";
    const last = [ `${seen}${whose}`, ...sent ].join("; ");
    const first = abort === void 0 ? "" : `${because(abort)} `;
    const why = `${first}What is live can no longer be read: ${faultText(fault)}.`;
    const reason = `${why} ${last}.`;
    if (plan.kind === "deploy") {
      const again = "Run this again when it can be read: it writes only what differs.";
      return finish("failed", reason, [ fault.advice, again ], {
        why: why
      });
    }
    const touched = hasServed(state) || ledger.writes.length > 0;
    const advice = [ ...touched ? [ rollbackAdvice(course) ] : [], fault.advice ];
    if (!touched) return finish("failed", reason, advice, {
      why: why
    });
    const isHeld = (abort?.how ?? plan.rollout.onFailure) === "hold";
    if (!isHeld) return finish("rollback-failed", reason, advice, {
      why: why
    });
    const left = "Nothing was rolled back.";
    return finish("held", `${reason} ${left}`, advice, {
      why: `${why} ${left}`
    });
  }
  function rollbackAdvice({back: back}) {
    if (back === void 0) return "There was nothing live before, so there is nothing to restore.";
    return `To restore the stable, run this action with \`versions: ${splitText(back)}\`, without \`canary\`, \`steps\` and the gate.`;
  }
  function promotedByOthers(state) {
    const reason = `${first(state)}Somebody else promoted the canary: ${now(state)}. It was left alone.`;
    return finish("promoted", reason, [], {
      why: `${first(state)}Somebody else promoted the canary, and it was left alone.`,
      ...onSchedule(state, "promoted"),
      warning: `Somebody else promoted the canary before its steps were through. ${seen(state)}`
    });
  }
  function rolledBackByOthers(state) {
    const reason = `${first(state)}Somebody else restored the stable: ${now(state)} again. ${seen(state)}`;
    return finish("rolled-back", reason, [ "Find out who did and why before you roll this version out again." ], {
      why: `${first(state)}Somebody else restored the stable. ${seen(state)}`,
      ...onSchedule(state, "rolled-back")
    });
  }
  function now({plan: plan, ledger: ledger}) {
    return liveSentence(plan, ledger.live);
  }
  function first({abort: abort}) {
    return abort === void 0 ? "" : `${because(abort)} `;
  }
  function seen({course: {gate: gate}, checksInAll: checksInAll, abort: abort}) {
    if (gate === void 0) return "No gate watched it.";
    if (checksInAll === 0) return "No check had been made by then.";
    if (abort?.why === "unhealthy") return "The gate had found against it by then.";
    return `The gate had made ${checksInAll === 1 ? "one check" : `${checksInAll} checks`} by then, not enough to find against it.`;
  }
  const LOOK_INTERVAL = 6e4;
  function next(plan, timeline) {
    const state = stateOf(plan, timeline);
    const finding = findingIn(state);
    if (finding !== void 0) return {
      kind: "observe",
      finding: finding
    };
    const command = onwards(state);
    if (command.kind !== "finish" || state.observed === void 0) return command;
    const {warning: first} = command.conclusion;
    const warning = [ ...first === void 0 ? [] : [ first ], observationText(state.observed) ].join(" ");
    return {
      ...command,
      conclusion: {
        ...command.conclusion,
        warning: warning
      }
    };
  }
  function onwards(state) {
    const phase = phaseOf(state);
    switch (phase.kind) {
     case "unreadable":
      return readAgain(state, phase.unreadable);

     case "contested":
      return look(state);

     case "drifted":
      return whenSettled(state, drifted);

     case "moved":
      return whenSettled(state, settled => next_follow(settled, phase.move));

     case "aborting":
      return abandon(state, phase.abort);

     case "in-flight":
      return awaitWrite(state, phase.write);

     case "baking":
      return bake(state, phase.target, phase.end);

     case "due":
      return due(state, phase.target);

     case "arrived":
      return whenSettled(state, arrived);
    }
  }
  function next_follow(state, move) {
    const {plan: plan, ledger: ledger} = state;
    if (move === "promoted") return promotedByOthers(state);
    const target = adoptedTarget(plan, ledger.live);
    if (move === "rolled-back" || target === void 0) return rolledBackByOthers(state);
    return {
      kind: "adopt",
      adoption: {
        ...target,
        deploymentId: idOf(ledger.live)
      }
    };
  }
  function due(state, target) {
    const baseline = baselineDue(state);
    if (baseline !== void 0) return baseline;
    if (state.current !== void 0 && isStale(state)) return measure(state, state.current);
    return state.ledger.fresh ? write(state, target.split) : next_read(state);
  }
  function next_read(state) {
    return {
      kind: "read",
      rollback: leadsBack(state)
    };
  }
  function write(state, split) {
    return {
      kind: "write",
      split: split,
      attempt: attemptOf(state.ledger, split),
      rollback: leadsBack(state)
    };
  }
  function look(state) {
    const {ledger: ledger} = state;
    if (!ledger.fresh) return next_read(state);
    return lookPause(Math.max(0, (ledger.writes.at(-1)?.looks ?? 1) - 1));
  }
  function whenSettled(state, conclusion) {
    if (!state.ledger.fresh || awaitedWrites(state.ledger).length > 0) return look(state);
    return conclusion(state);
  }
  function readAgain(state, {fault: fault, times: times, since: since, lagging: lagging}) {
    const {now: now, justWaited: justWaited, lastPause: lastPause, cancelled: cancelled} = state.ledger;
    if (lagging) {
      const limit = cancelled === void 0 ? VERIFY_LIMIT : HURRIED_VERIFY_LIMIT;
      if (justWaited) return next_read(state);
      return now - since >= limit ? abort_conclusions_unreadable(state, fault) : lookPause(times - 1);
    }
    if (fault.throttled && cancelled === void 0) return abort_conclusions_unreadable(state, fault);
    const rollback = leadsBack(state);
    const pause = retryPause(fault, {
      count: times,
      since: since,
      now: now,
      pause: times > 1 ? lastPause : 0,
      rollback: rollback
    });
    const isEnough = cancelled === void 0 ? times >= READ_ROUNDS : now - since >= HURRIED_READ_LIMIT;
    if (pause === void 0 || isEnough) return abort_conclusions_unreadable(state, fault);
    return justWaited ? next_read(state) : pause;
  }
  function awaitWrite(state, pending) {
    const {ledger: ledger, current: current} = state;
    const pause = pauseBefore(pending, ledger, !1);
    const isOver = pause === void 0 || ledger.justWaited || ledger.now - pending.at >= pause.atLeast;
    if (!ledger.fresh) return isOver ? next_read(state) : pause;
    if (pause === void 0) return lookPause(pending.looks - 1);
    return current !== void 0 && isStale(state) ? measure(state, current) : write(state, pending.split);
  }
  function bake(state, target, end) {
    const {course: course, ledger: ledger} = state;
    const {gate: gate} = course;
    const check = checkDue(state, end);
    const nextLook = course.wait ? ledger.lookedAt + LOOK_INTERVAL : Number.POSITIVE_INFINITY;
    if (ledger.now >= nextLook) return {
      kind: "read",
      rollback: !1,
      baking: !0
    };
    if (gate !== void 0 && (ledger.now >= check || needsAnother(state, end))) return measure(state, target);
    if (!course.wait) return awaitedWrites(ledger).length > 0 ? look(state) : stillBaking(state, target, Math.max(end, check));
    const pause = Math.max(1, Math.min(check - ledger.now, nextLook - ledger.now));
    return {
      kind: "wait",
      atLeast: pause,
      atMost: pause,
      purpose: "bake",
      why: whyBaking(state, target, end)
    };
  }
  function measure({since: since}, {weight: weight}) {
    return {
      kind: "measure",
      weight: weight,
      since: since
    };
  }
  function checkDue({course: {gate: gate}, since: since, checkedAt: checkedAt}, end) {
    if (gate === void 0) return end;
    const after = (checkedAt ?? since) + gate.interval;
    return checkedAt !== void 0 && checkedAt >= end ? after : Math.min(end, after);
  }
  function needsAnother({course: course, checks: checks, checkedAt: checkedAt, verdict: verdict}, end) {
    if (!course.wait) return checks.length === 0 || isDoubtful(checks);
    return verdict.kind === "pending" && checkedAt !== void 0 && checkedAt >= end;
  }
  function whyBaking({ledger: ledger, verdict: verdict}, {weight: weight}, end) {
    if (verdict.kind === "site-fails") return `${weight} % bakes on: ${verdict.why}`;
    return `${weight} % bakes for ${durationText(1e3 * Math.ceil((end - ledger.now) / 1e3))} more`;
  }
  function abandon(state, abort) {
    const {course: course, ledger: ledger} = state;
    const {back: back} = course;
    if (back === void 0 || abort.how === "hold") return whenSettled(state, rested => stopped(rested, abort));
    const pending = pendingIn(ledger);
    if (pending !== void 0 && isBack(course, pending.split)) return rollBack(state, pending, abort);
    if (!ledger.fresh) return next_read(state);
    if (!serves(ledger.live, back)) return write(state, back);
    const sinceBack = ledger.writes.slice(ledger.writes.findLastIndex(one => isBack(course, one.split)) + 1);
    if (sinceBack.some(one => mayBeLive(one, ledger))) return write(state, back);
    return whenSettled(state, rested => stopped(rested, abort));
  }
  function rollBack(state, pending, abort) {
    const {ledger: ledger} = state;
    const {answer: answer, count: count, at: at, split: split, looks: looks} = pending;
    const pause = pauseBefore(pending, ledger, !0);
    if (!ledger.fresh) return pause === void 0 || ledger.justWaited ? next_read(state) : pause;
    if (answer.kind === "write-failed") {
      if (pause !== void 0) return write(state, split);
      if (awaitedWrites(ledger).length > 0 || prospectOf(pending, ledger) === "awaited") return lookPause(looks - 1);
      return serves(ledger.live, split) ? stopped(state, abort) : rollbackFailed(state, abort, answer.fault);
    }
    if (ledger.now - at < ROLLBACK_VERIFY_LIMIT * count) return lookPause(looks - 1);
    if (count < ROLLBACK_ATTEMPTS) return write(state, split);
    return serves(ledger.live, split) ? stopped(state, abort) : rollbackFailed(state, abort, void 0);
  }
  function decide(plan, timeline) {
    switch (plan.kind) {
     case "unreadable":
      return finish("failed", `${plan.fault.operation} failed before anything was written: ${faultText(plan.fault)}.`, [ plan.fault.advice ]);

     case "refused":
      return finish("refused", `Nothing was written: ${plan.mistakes.join("; ")}.`, [], plan.forGood && {
        done: !0
      });

     case "report":
      return finish("planned", `Nothing was asked for; ${liveSentence(plan, plan.before)}.`, [ NEXT_TRY ], {
        why: "Nothing was asked for."
      });

     case "nothing-to-do":
      {
        const target = splitText(plan.target);
        return plan.wish.dryRun ? finish("planned", `A real run would write nothing: ${target} is live already.`, []) : finish("unchanged", `${target} was live in ${plan.wish.env} already; nothing was written.`, [], {
          why: "It was live already; nothing was written."
        });
      }

     case "rollout":
     case "deploy":
      return plan.wish.dryRun ? planned(plan) : next(plan, timeline);
    }
  }
  const NEXT_TRY = "Add `canary` with `steps` and a gate, or `versions`, to this dry run to see what a real run would do with them.";
  function unwatched(plan) {
    if (plan.kind === "deploy" || plan.rollout.gate !== void 0) return [];
    return [ "Nothing would watch the canary: give `steps` with bake times, and `gate-url`, `gate-logs` or `gate-command`." ];
  }
  function planned(plan) {
    const what = plan.kind === "deploy" ? `deploy ${splitText(plan.target)}` : `roll out ${versionName(plan.rollout.canary)}: ${stepsText(plan.todo)}`;
    const stray = plan.kind === "rollout" ? strayStep(plan) : void 0;
    const would = [ `A real run would ${what}`, ...stray === void 0 ? [] : [ stray ] ];
    const reason = `${[ ...would, liveSentence(plan, plan.before) ].join("; ")}.`;
    return finish("planned", reason, unwatched(plan), {
      why: `${would.join("; ")}.`
    });
  }
  function evidenceOf(plan, timeline, sending, isOver = !1) {
    const {stable: stable, before: before} = plan;
    if (stable === void 0 || before.kind === "nothing") return "";
    const {ledger: ledger, course: course, abort: decided} = stateOf(plan, timeline);
    const unreadable = isOver ? ledger.unreadable : void 0;
    const blind = unreadable && {
      why: "unreadable",
      how: course.on.unreadable,
      sentence: faultText(unreadable.fault)
    };
    const abort = decided ?? blind;
    const kept = ledger.writes.filter((write, index) => isOfUse(write, index, ledger));
    const adopted = adoptedIn(timeline, kept);
    const evidence = {
      canary: plan.rollout.canary,
      stable: stable,
      before: {
        id: before.deploymentId,
        split: splitText(before.split)
      },
      ...adopted.length > 0 && {
        adopted: adopted
      },
      writes: [ ...kept.map(written), ...sending === void 0 ? [] : [ {
        split: splitText(sending.split),
        at: sending.at
      } ] ],
      ...ledger.owner === "ours" && ledger.live.kind === "serving" && {
        live: ledger.live.deploymentId
      },
      ...abort !== void 0 && {
        abort: {
          why: abort.why,
          how: abort.how,
          sentence: abort.sentence
        }
      }
    };
    return JSON.stringify(evidence);
  }
  function adoptedIn(timeline, kept) {
    return timeline.flatMap((event, index) => {
      if (event.kind !== "adopted") return [];
      const earlier = new Set(timeline.slice(0, index));
      const after = kept.filter(({answer: answer}) => earlier.has(answer)).length;
      return [ {
        split: splitText(event.split),
        id: event.deploymentId,
        at: event.at,
        after: after
      } ];
    });
  }
  function isOfUse(write, index, ledger) {
    const prospect = prospectOf(write, {
      now: ledger.now,
      cancelled: void 0
    });
    const isLast = index === ledger.writes.length - 1;
    return tookEffect(write) || prospect === "awaited" || isLast && prospect !== "refused";
  }
  function written(write) {
    const {split: split, at: at, answer: answer} = write;
    const as = shownId(write);
    return {
      split: splitText(split),
      at: at,
      ...answer.kind === "accepted" && {
        id: answer.deploymentId
      },
      ...answer.kind === "write-failed" && !answer.fault.mayHaveActed && {
        refused: answer.fault.code
      },
      ...as !== void 0 && {
        as: as
      }
    };
  }
  const KILLED = "its step was killed before it had ended";
  function planRecovery(asked, saved, at) {
    const evidence = recovery_parsed(saved);
    if (asked.goal.kind !== "rollout" || evidence === void 0) return;
    const canary = asked.goal.canary.kind === "number" ? asked.goal.canary.version : evidence.canary;
    if (canary === void 0) return;
    const goal = {
      ...asked.goal,
      canary: canary
    };
    const wish = {
      ...asked,
      goal: goal
    };
    const before = liveAs(evidence.before.id, evidence.before.split);
    if (before === void 0) return;
    const first = evidence.writes[0]?.at ?? at;
    const past = [ {
      at: first,
      kind: "read",
      live: before
    }, ...withAdopted(evidence, goal), {
      at: at,
      kind: "aborted",
      ...evidence.abort ?? cutShort(goal.onCancel)
    } ];
    const {stable: stable} = evidence;
    const plan = {
      kind: "rollout",
      wish: wish,
      rollout: goal,
      before: before,
      stable: stable,
      todo: goal.steps
    };
    return {
      plan: {
        ...plan,
        liveSince: void 0,
        known: [],
        doubts: []
      },
      past: past
    };
  }
  function inOrder({writes: writes, live: live}) {
    const at = live === void 0 ? -1 : writes.findLastIndex(({as: as}) => as === live);
    const last = writes.findLastIndex(({as: as}) => as !== void 0);
    const write = writes[at];
    if (write === void 0) return writes;
    return [ ...writes.slice(0, at), ...writes.slice(at + 1, last + 1), write, ...writes.slice(last + 1) ];
  }
  function withAdopted(evidence, {steps: steps, canary: canary}) {
    const {writes: writes, adopted: adopted = [], live: live} = evidence;
    const ordered = inOrder(evidence);
    const eventsAt = position => adopted.filter(({after: after}) => {
      const found = ordered.findIndex(write => writes.indexOf(write) >= after || live !== void 0 && write.as === live);
      return (found < 0 ? ordered.length : found) === position;
    }).flatMap(({split: split, id: id, at: at}) => {
      const read = toSplit(readEntries(split));
      if (!read.ok) return [];
      const step = stepLike(steps, weightOf(read.value, canary));
      return [ {
        at: at,
        kind: "adopted",
        ...step,
        split: read.value,
        deploymentId: id
      } ];
    });
    return [ ...ordered.flatMap((write, position) => [ ...eventsAt(position), ...eventsOf(write) ]), ...eventsAt(ordered.length) ];
  }
  function cutShort(how) {
    return {
      why: "cancelled",
      how: how,
      sentence: KILLED
    };
  }
  function recovery_parsed(saved) {
    try {
      const {canary: canary, stable: stable, before: before, live: live, writes: writes, adopted: adopted = [], abort: abort} = JSON.parse(saved) ?? {};
      if (!recovery_isText(stable) || !recovery_isText(before?.id) || !recovery_isText(before?.split)) return;
      if (!Array.isArray(writes) || !writes.every(isWritten)) return;
      if (!Array.isArray(adopted) || !adopted.every(recovery_isAdopted)) return;
      const word = recovery_isText(canary) && isVersionNumber(canary) ? {
        canary: canary
      } : {};
      const shown = live === void 0 ? {} : {
        live: live
      };
      return {
        ...word,
        stable: stable,
        before: before,
        ...shown,
        writes: writes,
        adopted: adopted,
        ...isAbort(abort) && {
          abort: abort
        }
      };
    } catch {
      return;
    }
  }
  const recovery_isText = value => typeof value === "string";
  function isWritten(write) {
    return recovery_isText(write?.split) && typeof write?.at === "number";
  }
  function recovery_isAdopted(step) {
    return recovery_isText(step?.split) && recovery_isText(step?.id) && typeof step?.at === "number" && typeof step?.after === "number";
  }
  function isAbort(abort) {
    return recovery_isText(abort?.sentence) && (abort?.how === "rollback" || abort?.how === "hold");
  }
  function eventsOf(write) {
    const read = toSplit(readEntries(write.split));
    if (!read.ok) return [];
    const {at: at, id: id, as: as, refused: refused} = write;
    const split = read.value;
    const sent = id === void 0 ? {
      at: at,
      kind: "write-failed",
      split: split,
      fault: unanswered(refused)
    } : {
      at: at,
      kind: "accepted",
      split: split,
      deploymentId: id,
      requestId: ""
    };
    const shown = as === void 0 ? void 0 : liveAs(as, write.split);
    return shown === void 0 ? [ sent ] : [ sent, {
      at: at,
      kind: "read",
      live: shown
    } ];
  }
  function unanswered(refused) {
    return {
      operation: "CreateRoutineCodeDeployment",
      code: refused ?? "RunCutShort",
      message: "the run ended before the answer was known",
      requestId: "",
      advice: "Read what is live with `dry-run: true`.",
      transient: !0,
      throttled: !1,
      mayHaveActed: refused === void 0,
      retryAfter: void 0
    };
  }
  function liveAs(deploymentId, text) {
    const read = toSplit(readEntries(text));
    if (!read.ok) return;
    return {
      kind: "serving",
      deploymentId: deploymentId,
      deployedAt: void 0,
      split: read.value,
      details: []
    };
  }
  async function execute(plan, run) {
    saveEvidence(plan, run, void 0);
    for (;;) {
      run.cancelled.aborted && !run.timeline.some(event => event.kind === "cancelled") && run.append({
        kind: "cancelled",
        by: String(run.cancelled.reason)
      });
      const command = decide(plan, run.timeline);
      if (command.kind === "finish") {
        saveEvidence(plan, run, void 0, !0);
        return command.conclusion;
      }
      if (command.kind === "write" && !saveEvidence(plan, run, command.split)) {
        run.append({
          kind: "write-failed",
          split: command.split,
          fault: EVIDENCE_NOT_SAVED
        });
        continue;
      }
      await act(command, run);
      execute_TELLING.has(command.kind) && saveEvidence(plan, run, void 0);
    }
  }
  const execute_TELLING = new Set([ "write", "read", "adopt" ]);
  function saveEvidence(plan, {remember: remember, timeline: timeline, now: now}, split, isOver = !1) {
    if (plan.kind !== "rollout" || plan.wish.dryRun) return !0;
    const evidence = evidenceOf(plan, timeline, split === void 0 ? void 0 : {
      split: split,
      at: now()
    }, isOver);
    const kept = evidence === "" || remember(evidence);
    return kept || timeline.some(isWriteEvent);
  }
  const EVIDENCE_NOT_SAVED = {
    operation: "CreateRoutineCodeDeployment",
    code: "StateNotSaved",
    message: "the file that GITHUB_STATE names cannot be written, so nothing could undo what a kill would leave; nothing was sent",
    requestId: "",
    advice: "Check that the disk of the runner is not full, and that no step changes GITHUB_STATE.",
    transient: !1,
    throttled: !1,
    mayHaveActed: !1,
    retryAfter: void 0
  };
  async function act(command, run) {
    const {service: service, append: append} = run;
    switch (command.kind) {
     case "write":
      {
        const answer = await service.deploy(command.split, command.attempt, command.rollback);
        append(answer.ok ? {
          kind: "accepted",
          split: command.split,
          ...answer.value
        } : {
          kind: "write-failed",
          split: command.split,
          fault: answer.error
        });
        return;
      }

     case "read":
      {
        const {rollback: rollback, baking: baking = !1} = command;
        const answer = await service.readLive(rollback, baking);
        const during = baking ? {
          baking: baking
        } : {};
        append(answer.ok ? {
          kind: "read",
          live: answer.value,
          ...during
        } : {
          kind: "read-failed",
          fault: answer.error,
          ...during
        });
        return;
      }

     case "measure":
      for (const measurement of await run.measure(command.weight, command.since)) append({
        kind: "measured",
        weight: command.weight,
        measurement: measurement
      });
      return;

     case "baseline":
      {
        const baseline = await run.measureBaseline(command.weight);
        baseline !== void 0 && append({
          kind: "baseline",
          version: command.version,
          ...baseline
        });
        return;
      }

     case "observe":
      append({
        kind: "observed",
        ...command.finding
      });
      return;

     case "adopt":
      append({
        kind: "adopted",
        ...command.adoption
      });
      return;

     case "wait":
      {
        const pause = pauseWithin(command, Math.random());
        const {purpose: purpose, why: why} = command;
        append({
          kind: "wait",
          for: pause,
          purpose: purpose,
          why: why
        });
        await run.sleep(pause);
      }
    }
  }
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
  const external_replaced_node_dns_namespaceObject = lazily(() => require("node:dns"));
  function keptConnections() {
    const agents = {
      "http:": new external_node_http_namespaceObject.Agent({
        keepAlive: !0
      }),
      "https:": new external_node_https_namespaceObject.Agent({
        keepAlive: !0
      })
    };
    const end = () => {
      for (const agent of Object.values(agents)) agent.destroy();
    };
    return {
      ...agents,
      end: end
    };
  }
  const MOST_REDIRECTS = 10;
  const INTO_PRIVATE = "redirected into a private network";
  const REDIRECTS = new Set([ 301, 302, 303, 307, 308 ]);
  async function probe(options) {
    const started = performance.now();
    const took = () => performance.now() - started;
    const marks = [];
    let url = new URL(options.url);
    let mayBePrivate = !0;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const left = options.timeout - took();
      const seen = await requestHop(url, mayBePrivate, left, options);
      if (seen.kind === "silent") return {
        kind: "silent",
        took: took()
      };
      if (seen.kind !== "response") return {
        ...seen,
        took: took()
      };
      const answered = took();
      await seen.settled;
      hop === 0 && (mayBePrivate = options.isPrivate(seen.address));
      marks.push(...named(seen.response, options.header));
      const next = redirection(seen.response, url);
      if (next === void 0) return {
        kind: "answered",
        status: seen.response.statusCode ?? 0,
        took: answered,
        marks: marks
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
    waiting: "no answer from the proxy in time"
  };
  const CUT = new Set([ "ECONNRESET", "EPIPE", "ECONNABORTED", "HPE_INVALID_EOF_STATE" ]);
  async function requestHop(url, mayBePrivate, timeout, options) {
    if (!mayBePrivate && options.isPrivate(url.hostname)) return {
      kind: "unmeasured",
      why: INTO_PRIVATE
    };
    const time = Math.max(1, timeout);
    const hurry = (new AbortController).signal;
    const hop = await withinLimits({
      connect: time,
      total: time,
      hurry: hurry
    }, () => get(url, mayBePrivate, options));
    if (hop.ok) return hop.value;
    const plainProxy = url.protocol === "http:" && proxyAgent(url) !== void 0;
    if (hop.seen.gaveUp === "waiting" && !plainProxy) return {
      kind: "silent"
    };
    const {code: code, message: message} = hop.error;
    if (hop.seen.connected && !plainProxy && CUT.has(code ?? "")) return {
      kind: "cut",
      why: code ?? message
    };
    return {
      kind: "unmeasured",
      why: WHY[hop.seen.gaveUp ?? "failed"] ?? code ?? message
    };
  }
  function get(url, mayBePrivate, {signal: signal, isPrivate: isPrivate, connections: connections}) {
    return new Promise((done, failed) => {
      const proxy = proxyAgent(url);
      const kept = mayBePrivate ? connections?.[url.protocol === "https:" ? "https:" : "http:"] : void 0;
      const request = (url.protocol === "https:" ? external_node_https_namespaceObject.request : external_node_http_namespaceObject.request)(url, {
        agent: proxy ?? kept ?? !1,
        headers: {
          "user-agent": "esa-canary-deploy (gate)",
          accept: "*/*",
          "cache-control": "no-cache"
        },
        lookup: mayBePrivate ? external_replaced_node_dns_namespaceObject.lookup : publicOnly(isPrivate),
        signal: signal
      });
      request.once("response", response => {
        const address = proxy === void 0 ? response.socket.remoteAddress ?? "" : url.hostname;
        const isKept = kept !== void 0 && /^keep-alive$/i.test(response.headers.connection ?? "");
        const settled = isKept && proxy === void 0 ? drained(response, request) : discard(response, request);
        proxy !== void 0 && mayBeOfProxy(url, response) ? failed(new Error(`the proxy may have answered: HTTP ${response.statusCode}`)) : done({
          kind: "response",
          response: response,
          address: address,
          settled: settled
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
  async function discard(response, request) {
    response.on("error", () => {});
    request.destroy();
  }
  const SHORT_BODY = {
    length: 65536,
    time: 500
  };
  function drained(response, request) {
    const late = setTimeout(() => request.destroy(), SHORT_BODY.time);
    let length = 0;
    response.on("error", () => {});
    response.on("data", chunk => {
      length += chunk.length;
      length > SHORT_BODY.length && request.destroy();
    });
    return new Promise(done => {
      request.once("close", () => {
        clearTimeout(late);
        done();
      });
    });
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
    (0, external_replaced_node_dns_namespaceObject.lookup)(hostname, {
      ...options,
      all: !0
    }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (addresses.some(({address: address}) => isPrivate(address))) return callback(Object.assign(new Error(INTO_PRIVATE), {
        code: INTO_PRIVATE
      }), []);
      const [first] = addresses;
      if (options.all === !0) return callback(null, addresses);
      return callback(null, first?.address ?? "", first?.family ?? 4);
    });
  };
  const AT_ONCE_KEPT = 4;
  const PROBE_TIMEOUT = 1e4;
  const FAILURES_KEPT = 3;
  const FAILED = [ "canary", "cut", "stable", "nobody" ];
  async function checkHttp(http, weight, limit, signal) {
    const jobs = Array.from({
      length: sampleSize(weight)
    }, () => http.urls).flat();
    const none = () => ({
      good: 0,
      bad: 0
    });
    const tally = {
      canary: none(),
      stable: none(),
      cut: 0,
      unknown: 0,
      unnamed: 0,
      failures: {
        canary: [],
        cut: [],
        stable: [],
        nobody: []
      }
    };
    const all = stoppable(signal);
    const late = setTimeout(all.stop, limit);
    const connections = weight === 100 && http.latency === void 0 ? keptConnections() : void 0;
    const worker = async () => {
      for (let url = jobs.pop(); url !== void 0 && !all.stopped(); url = jobs.pop()) {
        const header = http.mark?.header;
        const asking = {
          url: url,
          header: header,
          timeout: PROBE_TIMEOUT,
          isPrivate: isPrivateAddress,
          connections: connections
        };
        const seen = await all.run(own => probe({
          ...asking,
          signal: own
        }));
        if (all.stopped()) return;
        http_count(tally, http, url, seen);
      }
    };
    const atOnce = Math.min(connections === void 0 ? AT_ONCE : AT_ONCE_KEPT, jobs.length);
    await Promise.all(Array.from({
      length: atOnce
    }, worker)).finally(() => {
      clearTimeout(late);
      all.end();
      connections?.end();
    });
    const isCompared = http.mark !== void 0 && weight < 100;
    const failures = FAILED.flatMap(who => tally.failures[who]).slice(0, FAILURES_KEPT);
    return {
      source: "gate-url",
      ...withCuts(tally, weight),
      stable: isCompared ? tally.stable : void 0,
      failures: failures
    };
  }
  async function tryUrls({urls: urls, expect: expect, latency: latency, header: header}, signal) {
    const all = stoppable(signal);
    const tried = async url => {
      const asking = {
        url: url,
        header: header,
        timeout: PROBE_TIMEOUT,
        isPrivate: isPrivateAddress
      };
      const seen = await all.run(own => probe({
        ...asking,
        signal: own
      }));
      const problem = problemOf({
        expect: expect,
        latency: latency
      }, seen);
      const answered = seen.kind === "answered" ? seen : void 0;
      return {
        url: url,
        isHealthy: problem === void 0,
        seen: problem ?? `HTTP ${answered?.status} after ${Math.round(seen.took)} ms`,
        mark: header === void 0 || answered === void 0 ? void 0 : {
          header: header,
          value: answered.marks.at(-1)
        }
      };
    };
    return Promise.all(urls.map(tried)).finally(all.end);
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
  function withCuts({canary: canary, stable: stable, cut: cut, ...seen}, weight) {
    const isAlone = weight === 100 && evidence_sizeOf(stable) <= evidence_sizeOf(canary);
    return isAlone ? {
      ...seen,
      canary: {
        good: canary.good,
        bad: canary.bad + cut
      },
      cut: 0
    } : {
      ...seen,
      canary: canary,
      cut: cut
    };
  }
  function http_count(tally, {mark: mark, ...http}, url, seen) {
    const problem = problemOf(http, seen);
    const who = whoGave(mark, seen, problem);
    const kept = tally.failures[who];
    if (problem !== void 0 && kept.length < FAILURES_KEPT) {
      const version = seen.kind === "answered" ? seen.marks.at(-1) : void 0;
      kept.push({
        target: url,
        seen: problem,
        took: Math.round(seen.took),
        version: version
      });
    }
    if (who === "cut") tally.cut += 1; else if (who !== "nobody") add(tally[who], problem); else {
      tally.unknown += 1;
      seen.kind === "answered" && (tally.unnamed += 1);
    }
  }
  function whoGave(mark, seen, problem) {
    if (seen.kind === "unmeasured") return "nobody";
    if (mark === void 0) return "canary";
    if (seen.kind === "answered" && seen.marks.length > 0) return seen.marks.includes(mark.canary) ? "canary" : "stable";
    return problem === void 0 ? "nobody" : "cut";
  }
  function add(counts, problem) {
    counts[problem === void 0 ? "good" : "bad"] += 1;
  }
  function problemOf({expect: expect, latency: latency}, seen) {
    if (seen.kind === "unmeasured") return `not measured (${seen.why})`;
    if (seen.kind === "silent") return `no answer within ${PROBE_TIMEOUT / 1e3} s`;
    if (seen.kind === "cut") return `cut off (${seen.why})`;
    if (!expect.some(({from: from, to: to}) => seen.status >= from && seen.status <= to)) return `HTTP ${seen.status}`;
    if (latency !== void 0 && seen.took > latency) return `HTTP ${seen.status} after ${Math.round(seen.took)} ms`;
    return;
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
  const logs_advice_BUSY = /Quota|Busy|Throttling|TooMany|^InternalServerError$|^RequestTimeout$|^ServiceUnavailable$/;
  function adviseOnLogs(place, code, message) {
    if (Object.hasOwn(logs_advice_BY_CODE, code)) return logs_advice_BY_CODE[code]?.(place) ?? logs_advice_permanent("");
    if (FIELD_MISSING.test(message)) {
      const names = Object.keys(FIELDS).join(", ");
      return logs_advice_permanent(`The index lacks one of ${names}. Add them, keeping those that are there: \`${indexCommand("update", place)}\``);
    }
    if (logs_advice_BUSY.test(code)) return {
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
  const external_replaced_node_child_process_namespaceObject = lazily(() => require("node:child_process"));
  const MOST = 1e9;
  const counts_WHOLE = `has to be a whole number from 0 to ${MOST}`;
  const FORM = '{"canary":{"good":812,"bad":3}}';
  const counts_ALLOWED = `allowed is ${FORM}, also with "stable" and "since":"step"`;
  function counts_form() {
    const orMissing = otherwise => ({
      error: ({input: input}) => input === void 0 ? "is missing" : otherwise
    });
    const count = schemas_int(orMissing(counts_WHOLE)).check(_gte(0, counts_WHOLE), _lte(MOST, counts_WHOLE));
    const counts = strictObject({
      good: count,
      bad: count
    }, orMissing('has to be an object with "good" and "bad"'));
    return strictObject({
      canary: counts,
      stable: optional(counts),
      since: optional(literal("step", 'has to be "step" or left out'))
    });
  }
  function readCounts(lastOfAll, tail = "") {
    const line = lastOfAll.trimStart();
    if (!line.startsWith("{")) return endsInSpreadCounts(tail) ? failed(counts_SPREAD) : void 0;
    let json;
    try {
      json = JSON.parse(line);
    } catch {
      return failed(`wrong counts: the last line begins with \`{\` and is not JSON; ${counts_ALLOWED}`);
    }
    const read = counts_form().safeParse(json);
    if (!read.success) return failed(`wrong counts: ${read.error.issues.map(mistakeOf).join(", ")}; ${counts_ALLOWED}`);
    const {canary: canary, stable: stable, since: since = "check"} = read.data;
    return succeeded({
      canary: canary,
      stable: stable,
      since: since
    });
  }
  const counts_SPREAD = `wrong counts: they have to be on one line, as \`jq -c\` writes them; ${counts_ALLOWED}`;
  function endsInSpreadCounts(tail) {
    const from = tail.lastIndexOf("\n{") + 1;
    return [ tail, tail.slice(from) ].some(text => {
      try {
        const json = JSON.parse(text.trim());
        return typeof json === "object" && json !== null && Object.hasOwn(json, "canary");
      } catch {
        return !1;
      }
    });
  }
  function mistakeOf(issue) {
    if (issue.code === "unrecognized_keys") return issue.keys.map(key => `${[ ...issue.path, JSON.stringify(key) ].join(".")} is not known`).join(", ");
    return `\`${issue.path.join(".")}\` ${issue.message}`;
  }
  const counts_LONGEST_LINE = 4096;
  function lastLine(kept, chunk) {
    const text = kept + chunk;
    const rest = text.slice(text.trimEnd().lastIndexOf("\n") + 1);
    const [line = "", ...after] = rest.split("\n");
    const next = after.at(-1);
    const cut = line.trimStart().slice(0, counts_LONGEST_LINE);
    return next === void 0 ? cut : `${cut}\n${next.slice(0, counts_LONGEST_LINE)}`;
  }
  const CANNOT_TELL = 75;
  const OUTPUT_KEPT = 65536;
  const LINES_SHOWN = 200;
  async function checkCommand(gate, context, signal) {
    const started = performance.now();
    const ended = await run(gate, {
      ...withoutRunner(gate.environment),
      ...variablesOf(context)
    }, signal);
    ended.output !== "" && gate.show(command_firstLines(ended.output));
    const failure = seen => ({
      target: "gate-command",
      seen: seen,
      took: Math.round(performance.now() - started),
      version: void 0
    });
    if (ended.timedOut) return {
      ...command_NOTHING,
      unknown: 1,
      failures: [ failure(`no exit within ${gate.timeout / 1e3} s`) ]
    };
    const counts = readCounts(ended.lastLine, ended.tail);
    if (counts === void 0) return {
      ...command_NOTHING,
      ...byExit(ended, failure)
    };
    if (!counts.ok) return {
      ...command_NOTHING,
      unknown: 1,
      failures: [ failure(counts.error) ]
    };
    const {canary: canary, stable: stable, since: since} = counts.value;
    return {
      ...command_NOTHING,
      canary: canary,
      stable: context.weight < 100 ? stable : void 0,
      since: since
    };
  }
  const command_NOTHING = {
    source: "gate-command",
    canary: {
      good: 0,
      bad: 0
    },
    stable: void 0,
    cut: 0,
    unknown: 0,
    unnamed: 0,
    failures: []
  };
  function byExit({code: code, signal: signal}, failure) {
    if (code === 0) return {
      canary: {
        good: 1,
        bad: 0
      }
    };
    const failures = [ failure(code === null ? `killed by ${signal}` : `exit ${code}`) ];
    return code === CANNOT_TELL ? {
      unknown: 1,
      failures: failures
    } : {
      canary: {
        good: 0,
        bad: 1
      },
      failures: failures
    };
  }
  function command_firstLines(output) {
    const lines = output.trimEnd().split("\n");
    if (lines.length <= LINES_SHOWN) return output;
    return [ ...lines.slice(0, LINES_SHOWN), `(${counted(lines.length - LINES_SHOWN, "more line")})` ].join("\n");
  }
  async function run({command: command, folder: folder, timeout: timeout}, env, cancel) {
    return new Promise(done => {
      const child = (0, external_replaced_node_child_process_namespaceObject.spawn)(command, {
        shell: !0,
        cwd: folder,
        env: env,
        detached: !0,
        stdio: [ "ignore", "pipe", "pipe" ]
      });
      let output = "";
      let [last, tail] = [ "", "" ];
      let timedOut = !1;
      let chunks = 0;
      const take = chunk => {
        chunks += 1;
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
      child.stdout.on("data", chunk => {
        last = lastLine(last, chunk);
        tail = (tail + chunk).slice(-OUTPUT_KEPT);
      });
      child.stderr.on("data", take);
      const finish = (code, signal) => {
        clearTimeout(timer);
        cancel.removeEventListener("abort", kill);
        done({
          code: code,
          signal: signal,
          output: output,
          lastLine: last.trimEnd(),
          tail: tail,
          timedOut: timedOut
        });
      };
      child.once("error", error => {
        output += error.message;
        finish(CANNOT_TELL, null);
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        whenRead(() => chunks, () => finish(code, signal));
      });
    });
  }
  const MOST_TURNS = 32;
  function whenRead(chunks, then) {
    let [turns, before] = [ 0, -1 ];
    const look = () => {
      if (chunks() === before || turns === MOST_TURNS) return then();
      turns += 1;
      before = chunks();
      setImmediate(look);
    };
    setImmediate(look);
  }
  function withoutRunner(environment) {
    const own = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:OUTPUT|STATE|ENV|PATH|STEP_SUMMARY)$)/i;
    return Object.fromEntries(Object.entries(environment).filter(([name, value]) => !own.test(name) && !value?.includes(COMMAND_FILES)));
  }
  const COMMAND_FILES = "_runner_file_commands";
  function variablesOf({routine: routine, env: env, canary: canary, stable: stable, weight: weight, step: step, since: since}) {
    return {
      CANARY_ROUTINE: routine,
      CANARY_ENV: env,
      CANARY_VERSION: canary,
      CANARY_STABLE: stable,
      CANARY_WEIGHT: String(weight),
      CANARY_STEP: String(step),
      CANARY_SINCE: String(Math.floor(since / 1e3))
    };
  }
  const PAUSE = 1e3;
  const TRIES = 8;
  const MOST_SPANS = 400;
  const SOURCE = "gate-logs";
  async function checkLogs(gate, context, means, keep = span => span) {
    const started = performance.now();
    const window = windowOf(context);
    const {project: project, logstore: logstore} = gate;
    const {from: from, to: to} = window;
    const answer = await completely({
      project: project,
      logstore: logstore,
      from: from,
      to: to,
      query: queryOf(gate, context, window.span)
    }, context, means);
    const took = Math.round(performance.now() - started);
    const read = answer.ok ? countedIn(answer.value) : answer;
    if (!read.ok) return unmeasured(read.error, took);
    const isCompared = context.weight < 100;
    const spans = read.value.map(({at: at, canary: canary, stable: stable}) => keep({
      at: at,
      canary: canary,
      stable: isCompared ? stable : void 0
    }));
    const canary = total(spans.map(span => span.canary));
    const stable = total(spans.flatMap(span => span.stable ?? []));
    const isSilent = evidence_sizeOf(canary) === 0;
    const silence = `no log of the canary in ${project}/${logstore} since ${new Date(from * 1e3).toISOString()}; is the delivery of edge routine logs on, and the bake longer than they take to arrive?`;
    return {
      source: SOURCE,
      canary: canary,
      stable: isCompared ? stable : void 0,
      cut: 0,
      unknown: Number(isSilent),
      unnamed: 0,
      failures: isSilent ? [ logs_failure(silence, took) ] : [],
      since: "step",
      spans: spans
    };
  }
  function windowOf({since: since, now: now, interval: interval}) {
    const from = Math.ceil(since / 1e3);
    const to = Math.max(from + 1, Math.floor(now / 1e3));
    let span = Math.max(1, Math.ceil(interval / 1e3));
    while ((to - from) / span > MOST_SPANS) span *= 2;
    return {
      from: from,
      to: to,
      span: span
    };
  }
  function queryOf({expect: expect}, {routine: routine, canary: canary, stable: stable}, span) {
    const status = "try_cast(ResponseStatus AS bigint)";
    const isExpected = expect.map(({from: from, to: to}) => `${status} BETWEEN ${from} AND ${to}`).join(" OR ");
    const isGood = `coalesce(cast(ErrorCode AS varchar), '0') = '0' AND (${isExpected})`;
    const columns = [ `CASE WHEN cast(CodeVersion AS varchar) = ${sqlText(canary)} THEN 'canary' ELSE 'stable' END AS who`, `__time__ - __time__ % ${span} AS span`, "count(*) AS answers", `count_if(${isGood}) AS good` ];
    const isMeant = `RoutineName = ${sqlText(routine)} AND cast(CodeVersion AS varchar) IN (${sqlText(canary)}, ${sqlText(stable)})`;
    return `RoutineName: "${routine.replace(/["\\]/g, "\\$&")}" | SELECT ${columns.join(", ")} FROM log WHERE ${isMeant} GROUP BY who, span LIMIT 10000`;
  }
  const sqlText = text => `'${text.replaceAll("'", "''")}'`;
  async function completely(query, {limit: limit}, {read: read, sleep: sleep, cancelled: cancelled}) {
    const started = performance.now();
    for (let attempt = 1; ;attempt += 1) {
      const retryPolicy = ({transient: transient}) => {
        const isOver = attempt >= TRIES || performance.now() - started + PAUSE > limit || cancelled.aborted;
        return transient && !isOver ? PAUSE : void 0;
      };
      const answer = await read(query, {
        attempt: attempt,
        retryPolicy: retryPolicy
      });
      if (answer.ok) return succeeded(answer.value);
      const {fault: fault, retryIn: retryIn} = answer.error;
      if (retryIn === void 0) return failed(unread(fault, attempt));
      await sleep(retryIn);
    }
  }
  function unread(fault, tries) {
    const asked = tries === 1 ? "" : `, asked ${counted(tries, "time")} ${seconds(PAUSE)} apart`;
    return `${faultText(fault)}${asked}. ${withoutStop(fault.advice)}`;
  }
  function countedIn(rows) {
    const none = {
      good: 0,
      bad: 0
    };
    const spans = new Map;
    for (const row of rows) {
      const {who: who, span: span, answers: answers, good: good} = row ?? {};
      const [at, all, well] = [ logs_whole(span), logs_whole(answers), logs_whole(good) ];
      const isRow = (who === "canary" || who === "stable") && at !== void 0 && all !== void 0 && well !== void 0;
      if (!isRow || well > all) return failed("Log Service gave a row that is none of those asked for");
      const known = spans.get(at) ?? {
        at: at,
        canary: none,
        stable: none
      };
      spans.set(at, {
        ...known,
        [who]: total([ known[who], {
          good: well,
          bad: all - well
        } ])
      });
    }
    return succeeded([ ...spans.values() ].toSorted((one, other) => one.at - other.at));
  }
  function logs_whole(value) {
    return /^[0-9]{1,15}$/.test(String(value)) ? Number(value) : void 0;
  }
  function unmeasured(seen, took) {
    const none = {
      good: 0,
      bad: 0
    };
    const nothing = {
      canary: none,
      stable: void 0,
      cut: 0,
      unnamed: 0
    };
    return {
      source: SOURCE,
      ...nothing,
      unknown: 1,
      failures: [ logs_failure(seen, took) ]
    };
  }
  function logs_failure(seen, took) {
    return {
      target: SOURCE,
      seen: seen,
      took: took,
      version: void 0
    };
  }
  function spanKeeper() {
    const kept = new Map;
    return ({at: at, canary: canary, stable: stable}) => {
      const before = kept.get(at);
      if (before !== void 0 && same(before.canary, canary) && same(before.stable, stable)) return before;
      kept.set(at, {
        canary: canary,
        stable: stable
      });
      return kept.get(at) ?? {
        canary: canary,
        stable: stable
      };
    };
  }
  function same(one, other) {
    return one?.good === other?.good && one?.bad === other?.bad;
  }
  const SOURCES = [ "gate-url", "gate-command", "gate-logs" ];
  function hasSource(sources) {
    return SOURCES.some(source => sources[source] !== void 0);
  }
  const SHORTEST_COMMAND_TIMEOUT = 6e4;
  const SHORTEST_CHECK = 12e3;
  function measureBy(sources, plan, options) {
    const {rollout: rollout, stable: stable = "", wish: wish} = plan;
    const {gate: gate, canary: canary, steps: steps} = rollout;
    const {"gate-url": given, "gate-command": command, "gate-logs": logs} = sources;
    const http = given && {
      ...given,
      mark: given.mark && {
        ...given.mark,
        canary: given.mark.canary ?? (options.mark || canary)
      }
    };
    const keep = spanKeeper();
    const askUrls = (asked, weight, interval) => checkHttp(asked, weight, Math.max(SHORTEST_CHECK, interval), options.cancelled);
    const measure = async (weight, since) => {
      if (gate === void 0) return [];
      const checks = [];
      http !== void 0 && checks.push(askUrls(http, weight, gate.interval));
      if (command !== void 0) {
        const step = Math.max(1, 1 + steps.findLastIndex(one => one.weight <= weight));
        const timeout = Math.max(SHORTEST_COMMAND_TIMEOUT, gate.interval);
        const context = {
          routine: wish.routine,
          env: wish.env,
          canary: canary,
          stable: stable,
          weight: weight,
          step: step,
          since: since
        };
        checks.push(checkCommand({
          command: command,
          timeout: timeout,
          ...options
        }, context, options.cancelled));
      }
      if (logs !== void 0) {
        const {readLogs: read, now: now} = options;
        const limit = Math.max(SHORTEST_CHECK, gate.interval);
        const {interval: interval} = gate;
        const context = {
          routine: wish.routine,
          canary: canary,
          stable: stable,
          weight: weight,
          since: since,
          now: now(),
          interval: interval,
          limit: limit
        };
        checks.push(checkLogs(logs, context, {
          read: read,
          ...options
        }, keep));
      }
      const measurements = await Promise.all(checks);
      return options.cancelled.aborted ? [] : measurements.map(measurement => measure_redacted(measurement, options.redact));
    };
    const measureBaseline = async weight => {
      if (gate === void 0 || http === void 0) return {
        stable: {
          good: 0,
          bad: 0
        },
        unknown: 0,
        failures: []
      };
      const seen = await askUrls({
        ...http,
        mark: void 0
      }, weight, gate.interval);
      const {canary: answers, unknown: unknown, failures: failures} = measure_redacted(seen, options.redact);
      return options.cancelled.aborted ? void 0 : {
        stable: answers,
        unknown: unknown,
        failures: failures
      };
    };
    return {
      measure: measure,
      measureBaseline: measureBaseline
    };
  }
  function measure_redacted(measurement, redact) {
    const failures = measurement.failures.map(one => ({
      ...one,
      target: redact(one.target),
      seen: redact(one.seen),
      version: one.version === void 0 ? void 0 : redact(one.version)
    }));
    return {
      ...measurement,
      failures: failures
    };
  }
  const github_namespaceObject = lazily(() => require("./lazy/github.cjs"));
  async function fetchOverHttp(address, {method: method = "GET", headers: headers = {}, body: body}) {
    const url = new URL(address);
    const agent = proxyAgent(url);
    const send = url.protocol === "https:" ? external_node_https_namespaceObject.request : external_node_http_namespaceObject.request;
    const answer = await new Promise((answered, failed) => {
      send(url, {
        method: method,
        headers: headers,
        ...agent !== void 0 && {
          agent: agent
        }
      }).once("response", answered).once("error", failed).end(body);
    });
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    const status = answer.statusCode ?? 0;
    const told = Object.entries(answer.headers).flatMap(([name, value]) => typeof value === "string" ? [ [ name, value ] ] : []);
    const bare = status === 204 || status === 205 || status === 304;
    return new Response(bare ? null : Buffer.concat(chunks), {
      status: status,
      headers: told
    });
  }
  function away(said, mayHaveActed) {
    return {
      kind: "away",
      said: said,
      mayHaveActed: mayHaveActed,
      retryAfter: void 0
    };
  }
  function troubleIn(error, {gaveUp: gaveUp, after: after, connected: connected}, redact) {
    if (gaveUp === "too-long") return {
      ...away("answered at greater length than any of its API", connected),
      kind: "silent"
    };
    if (gaveUp !== void 0) return {
      ...away(`did not answer within ${after} ms`, connected),
      kind: "silent"
    };
    const thrown = typeof error === "object" && error !== null ? error : {};
    const {response: response} = thrown;
    if (response === void 0) return away(`could not be reached: ${networkText(thrown, redact)}`, connected);
    const {status: status, headers: headers} = response;
    const said = `answered HTTP ${status}${messageIn(response.data, redact)}`;
    if (status >= 500) return away(said, !0);
    const trouble = {
      said: said,
      mayHaveActed: !1,
      retryAfter: void 0
    };
    if (status === 429 || status === 403) {
      const wait = secondsIn(headers["retry-after"]);
      if (wait !== void 0) return {
        ...trouble,
        kind: "limit",
        retryAfter: 1e3 * wait
      };
      if (status === 429 || headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(said)) return {
        ...trouble,
        kind: "limit"
      };
    }
    if (status === 401 || status === 403 || status === 404) return {
      ...trouble,
      kind: "permission"
    };
    return {
      ...trouble,
      kind: "refused"
    };
  }
  function secondsIn(value) {
    return typeof value === "string" && /^[0-9]{1,6}$/.test(value) ? Number(value) : void 0;
  }
  function messageIn(data, redact) {
    const {message: message} = typeof data === "object" && data !== null ? data : {};
    return typeof message === "string" && message !== "" ? `: ${oneLine(redact(message), 200)}` : "";
  }
  function networkText({code: code, cause: cause, message: message}, redact) {
    const inner = typeof cause === "object" && cause !== null ? cause : {};
    const told = [ inner.code, code, inner.message, message ].find(text => typeof text === "string" && text !== "");
    return oneLine(typeof told === "string" ? redact(told) : "no reason was given", 200);
  }
  function shapes() {
    const id = schemas_int().check(_positive());
    return {
      listed: array(object({
        id: id,
        task: optional(schemas_string()),
        payload: optional(unknown())
      })),
      statuses: array(object({
        state: schemas_string(),
        description: schemas_nullish(schemas_string())
      })),
      created: object({
        id: id
      }),
      anything: unknown()
    };
  }
  const deployments_VERSION = {
    "x-github-api-version": "2022-11-28"
  };
  const deployments_MOST = 100;
  const silent = () => {};
  async function withJson(answer) {
    const text = await new Response(answer.data).text();
    try {
      return {
        ...answer,
        data: JSON.parse(text)
      };
    } catch {
      return {
        ...answer,
        data: text
      };
    }
  }
  function asking({apiUrl: apiUrl, token: token}, {budget: budget, cancelled: cancelled, redact: redact}) {
    const open = () => (0, github_namespaceObject.getOctokit)(token, {
      baseUrl: apiUrl,
      userAgent: "esa-canary-deploy",
      request: {
        fetch: fetchOverHttp,
        parseSuccessResponseBody: !1
      },
      log: {
        debug: silent,
        info: silent,
        warn: silent,
        error: silent
      }
    }).rest.repos;
    let opened;
    const repos = () => {
      opened ??= open();
      return opened;
    };
    return async (shape, send) => {
      const told = await budget.spend(async total => {
        const limits = {
          connect: total,
          total: total,
          hurry: cancelled,
          hurried: budget.hurried
        };
        const result = await withinLimits(limits, async () => withJson(await send(repos())));
        if (!result.ok) return failed(troubleIn(result.error, result.seen, redact));
        const {status: status} = result.value;
        if (status < 200 || status > 299) return failed(troubleIn({
          response: result.value
        }, result.seen, redact));
        const read = shape.safeParse(result.value.data);
        return read.success ? succeeded(read.data) : failed(away("answered something that is no such thing", !0));
      });
      return "ok" in told ? told : failed(told);
    };
  }
  function deploymentsAt(place, means) {
    const {owner: owner, repo: repo, sha: sha, environment: environment, runUrl: runUrl} = place;
    const {routine: routine, env: env} = means;
    const here = {
      owner: owner,
      repo: repo,
      headers: deployments_VERSION
    };
    const ask = asking(place, means);
    const {listed: listed, statuses: statuses, created: created, anything: anything} = shapes();
    return {
      list: async task => {
        const told = await ask(listed, repos => repos.listDeployments({
          ...here,
          task: task,
          per_page: deployments_MOST
        }));
        if (!told.ok) return told;
        const ours = told.value.filter(one => one.task === void 0 || one.task === task);
        const records = ours.map(one => ({
          id: one.id,
          payload: readPayload(one.payload, routine, env)
        }));
        return succeeded(records.toSorted((one, other) => other.id - one.id));
      },
      statuses: async deployment => {
        const told = await ask(statuses, repos => repos.listDeploymentStatuses({
          ...here,
          deployment_id: deployment,
          per_page: deployments_MOST
        }));
        return told.ok ? succeeded(told.value.map(one => ({
          ...one,
          description: one.description ?? ""
        }))) : told;
      },
      create: async (task, payload) => {
        const told = await ask(created, repos => repos.createDeployment({
          ...here,
          ref: sha,
          task: task,
          auto_merge: !1,
          required_contexts: [],
          payload: {
            ...payload
          },
          environment: environment,
          description: description(`${routine} in ${env}`),
          production_environment: env === "production"
        }));
        return told.ok ? succeeded(told.value.id) : told;
      },
      addStatus: async (deployment, status, environmentUrl) => {
        const told = await ask(anything, repos => repos.createDeploymentStatus({
          ...here,
          deployment_id: deployment,
          ...status,
          auto_inactive: !1,
          ...runUrl !== "" && {
            log_url: runUrl
          },
          ...environmentUrl !== void 0 && {
            environment_url: environmentUrl
          }
        }));
        return told.ok ? succeeded(void 0) : told;
      }
    };
  }
  const LOOKS = 2;
  async function previousVersion({list: list, look: look}, live) {
    const listed = await list();
    if (listed === void 0) return failed(RECORDS_UNREAD);
    const known = [];
    for (const record of listed.filter(one => !beganFrom(one, live)).slice(0, LOOKS)) {
      const one = await look(record);
      if (one === void 0) return failed(RECORDS_UNREAD);
      known.push(one);
      const found = previousIn(known, listed, live);
      if (found.kind === "told") return found.told;
    }
    return failed(noPrevious(listed, live));
  }
  const BUDGETS = {
    step: 1e4,
    postStep: 5e3
  };
  const EACH = 5e3;
  const record_budget_HURRIED = 1500;
  const LAST_MOMENT = 5e3;
  const LEAST = 50;
  function openBudget(total, cancelled, uptime) {
    let spent = 0;
    let most = total;
    let end = Number.POSITIVE_INFINITY;
    const makeHaste = () => {
      most = Math.min(most, spent + record_budget_HURRIED);
      end = uptime() + LAST_MOMENT;
    };
    cancelled.aborted ? makeHaste() : cancelled.addEventListener("abort", makeHaste, {
      once: !0
    });
    const left = () => Math.max(0, Math.min(most - spent, end - uptime()));
    return {
      left: left,
      hurried: record_budget_HURRIED,
      spend: async work => {
        if (left() < LEAST) return {
          ...away("was not asked: the time that a record may take is used up", !1),
          kind: "silent"
        };
        const started = uptime();
        try {
          return await work(Math.min(left(), EACH));
        } finally {
          spent += uptime() - started;
        }
      }
    };
  }
  const record_patience_TRIES = 3;
  const record_patience_PAUSE = 500;
  const LIMITED = 6e4;
  const record_patience_uptime = () => process.uptime() * 1e3;
  function patient(budget, cancelled, warn) {
    let over;
    const giveUp = trouble => {
      cancelled.aborted || warn(sentenceOn(trouble));
      return failed(trouble);
    };
    const pause = async milliseconds => milliseconds < budget.left() && !cancelled.aborted && await waited(milliseconds, budget, cancelled);
    return async (send, how) => {
      for (let attempt = 1; ;attempt += 1) {
        const rest = over === void 0 ? 0 : over.until - record_patience_uptime();
        if (over !== void 0 && rest > 0 && !await pause(rest)) return giveUp(over.trouble);
        const answer = await send();
        if (answer.ok) return answer;
        const trouble = answer.error;
        over = {
          trouble: trouble,
          until: record_patience_uptime() + heldFor(trouble)
        };
        if (attempt >= record_patience_TRIES || !mayRepeat(trouble, how)) return giveUp(trouble);
        if (trouble.kind === "away" && !await pause(record_patience_PAUSE)) return giveUp(trouble);
      }
    };
  }
  function heldFor({kind: kind, retryAfter: retryAfter}) {
    if (kind === "limit") return retryAfter ?? LIMITED;
    return kind === "permission" ? Number.POSITIVE_INFINITY : 0;
  }
  function mayRepeat({kind: kind, retryAfter: retryAfter, mayHaveActed: mayHaveActed}, how) {
    if (kind === "limit") return retryAfter !== void 0;
    return kind === "away" && (how === "repeatable" || !mayHaveActed);
  }
  async function waited(pause, budget, cancelled) {
    await budget.spend(async () => {
      await (0, promises_namespaceObject.setTimeout)(pause, void 0, {
        signal: cancelled
      }).catch(error => {
        if (!cancelled.aborted) throw error;
      });
      return away("", !1);
    });
    return !cancelled.aborted;
  }
  const GOES_ON = "The deployment itself does not depend on it.";
  const AWAY = "See GitHub's status page; on a runner of your own check its proxy and GITHUB_API_URL.";
  const ADVICE = {
    permission: "The token may not write deployments here. Give the job, beside what it has, `permissions: { deployments: write }`; pull requests of forks never get it.",
    limit: "More was asked of GitHub than it allows for the time being: have fewer rollouts at once, or leave `github-deployment-steps` out.",
    refused: "Check `github-deployment`, and whether the commit of this run is one of the repository.",
    away: AWAY,
    silent: AWAY
  };
  function sentenceOn({kind: kind, said: said}) {
    return `The record of this rollout is not complete: GitHub ${withStop(said)} ${ADVICE[kind]} ${GOES_ON}`;
  }
  function faultInRecord(error) {
    const said = error instanceof Error ? error.message : String(error);
    return `The record of this rollout is not complete, by a fault in the action itself: ${withStop(oneLine(said))} Please report it.`;
  }
  function guarded(recorder, warn) {
    const or = async (otherwise, work) => {
      try {
        return await work();
      } catch (error) {
        warn(faultInRecord(error));
        return otherwise;
      }
    };
    return {
      begin: plan => or(plan, () => recorder.begin(plan)),
      note: recorder.note,
      end: run => or(void 0, () => recorder.end(run)),
      close: hasEvidence => or(void 0, () => recorder.close(hasEvidence)),
      previousVersion: live => or(failed(RECORDS_UNREAD), () => recorder.previousVersion(live))
    };
  }
  const NO_RECORD = {
    begin: async plan => plan,
    note: () => {},
    end: async () => {},
    close: async () => {},
    previousVersion: async () => failed(RECORDS_UNREAD)
  };
  function openRecorder(means) {
    const {wish: wish, place: place, cancelled: cancelled, memory: memory, redact: redact} = means;
    const budget = openBudget(means.budget, cancelled, () => process.uptime() * 1e3);
    const session = {
      means: means,
      github: deploymentsAt(place, {
        budget: budget,
        cancelled: cancelled,
        redact: redact,
        ...wish
      }),
      ask: patient(budget, cancelled, sentence => warnOnce(session, sentence)),
      task: taskOf(wish.routine, wish.env),
      recording: {
        kind: "none"
      },
      saved: memory.saved ?? {
        key: (0, external_node_crypto_namespaceObject.randomUUID)()
      },
      kept: memory.saved !== void 0,
      listed: void 0,
      late: void 0,
      beside: void 0,
      next: void 0,
      environmentUrl: void 0
    };
    return {
      begin: plan => record_begin(session, plan),
      note: event => note(session, event),
      end: run => end(session, run),
      close: hasEvidence => record_close(session, hasEvidence),
      previousVersion: live => previousVersion({
        list: () => record_list(session),
        look: record => record_look(session, record)
      }, live)
    };
  }
  function warnOnce(session, sentence) {
    if (session.saved.warned === !0) return;
    session.saved = {
      ...session.saved,
      warned: !0
    };
    session.kept && session.means.memory.save(session.saved);
    session.means.warn(sentence);
  }
  function remember(session, more) {
    session.saved = {
      ...session.saved,
      ...more
    };
    session.kept = !0;
    session.means.memory.save(session.saved);
  }
  async function record_begin(session, plan) {
    const recording = recordingOf(plan);
    session.recording = recording;
    session.environmentUrl = addressOf(plan.wish.env, plan.before);
    if (session.means.cancelled.aborted) return plan;
    if (recording.kind === "none") return rehearse(session, plan);
    if (recording.kind === "goes-on") {
      const {plan: rollout} = recording;
      remember(session, {
        goesOn: {
          canary: canaryOf(rollout),
          stable: stableOf(rollout) ?? ""
        }
      });
      return plan;
    }
    const past = await lastTry(session, recording);
    if (past === void 0) return plan;
    const {known: known} = past;
    const no = whyNot(session, known);
    if (no !== void 0) return record_refused(plan, no);
    if (known !== void 0 && !isFinished(known) && isOfThis(known, recording.plan)) {
      remember(session, {
        id: known.id,
        leavesEvidence: stableOf(recording.plan) !== void 0
      });
      known.statuses.length === 0 && (session.late = beginning(recording.plan));
      return plan;
    }
    const id = await create(session, recording.plan);
    const status = beginning(recording.plan);
    id !== void 0 && known === void 0 ? await record_send(session, id, status) : id !== void 0 && (session.late = status);
    return plan;
  }
  async function rehearse(session, plan) {
    const real = recordingOf({
      ...plan,
      wish: {
        ...plan.wish,
        dryRun: !1
      }
    });
    if (!plan.wish.dryRun || real.kind !== "begins" || !real.scheduled) return plan;
    const no = whyNot(session, (await lastTry(session, real))?.known);
    return no === void 0 ? plan : record_refused(plan, no);
  }
  async function lastTry(session, {plan: plan, scheduled: scheduled}) {
    const listed = await record_list(session);
    const last = scheduled && listed ? recordOf(listed, canaryOf(plan)) : void 0;
    const known = last && await record_look(session, last);
    return listed === void 0 || last !== void 0 && known === void 0 ? void 0 : {
      known: known
    };
  }
  function whyNot({means: means}, known) {
    return known !== void 0 && isFailure(known) && !means.byPerson ? triedBefore(known, means.serverUrl) : void 0;
  }
  function record_refused(plan, why) {
    const {before: before, wish: wish} = plan;
    return before === void 0 ? plan : {
      kind: "refused",
      wish: wish,
      before: before,
      mistakes: [ why ],
      forGood: !0
    };
  }
  async function record_list(session) {
    if (session.listed !== void 0) return session.listed;
    const told = await session.ask(() => session.github.list(session.task), "repeatable");
    told.ok && (session.listed = told.value);
    return session.listed;
  }
  async function record_look(session, record) {
    const told = await session.ask(() => session.github.statuses(record.id), "repeatable");
    return told.ok ? {
      ...record,
      statuses: told.value
    } : void 0;
  }
  async function create(session, plan) {
    const {key: key} = session.saved;
    remember(session, {
      created: !0,
      leavesEvidence: stableOf(plan) !== void 0
    });
    const payload = payloadOf(plan, {
      run: session.means.place.runUrl,
      key: key
    });
    const told = await session.ask(() => session.github.create(session.task, payload), "once");
    told.ok ? remember(session, {
      id: told.value
    }) : told.error.mayHaveActed || remember(session, {
      created: !1
    });
    return told.ok ? told.value : void 0;
  }
  function stableOf(plan) {
    return plan.kind === "rollout" ? plan.stable : void 0;
  }
  async function record_send(session, id, status) {
    const told = await session.ask(() => session.github.addStatus(id, status, session.environmentUrl), "repeatable");
    return told.ok;
  }
  function note(session, event) {
    const {recording: recording, means: means} = session;
    if (!means.steps || recording.kind === "none" || event.kind !== "accepted") return;
    const weight = canaryWeight(recording.plan, event.split);
    if (weight === 0) return;
    session.next = stepStatus(weight);
    session.beside ??= sendBeside(session).catch(error => means.warn(faultInRecord(error))).finally(() => {
      session.beside = void 0;
    });
  }
  async function sendBeside(session) {
    const id = await findId(session, !0);
    if (id === void 0) return;
    for (let status = session.next; status !== void 0; status = session.next) {
      session.next = void 0;
      await record_send(session, id, status);
    }
  }
  async function findId(session, mayCreate) {
    const {saved: saved, recording: recording} = session;
    if (saved.id !== void 0) return saved.id;
    if (saved.created === !0) {
      session.listed = void 0;
      const found = (await record_list(session))?.find(({payload: payload}) => payload?.key === saved.key);
      found !== void 0 && remember(session, {
        id: found.id
      });
      return found?.id;
    }
    const createdNow = async () => mayCreate && recording.kind !== "none" ? create(session, recording.plan) : void 0;
    if (saved.created === !1) return createdNow();
    if (saved.goesOn === void 0) return;
    const {canary: canary, stable: stable} = saved.goesOn;
    const listed = await record_list(session);
    const last = listed && recordOf(listed, canary);
    const known = last && await record_look(session, last);
    if (listed === void 0 || last !== void 0 && known === void 0) return;
    if (known === void 0 || isFinished(known) || !beganBeside(known, stable)) return createdNow();
    remember(session, {
      id: known.id
    });
    return known.id;
  }
  async function end(session, run) {
    const status = endingOf(run);
    session.recording.kind === "none" && (session.recording = recordingOf(run.plan));
    session.environmentUrl = addressOf(run.plan.wish.env, run.live) ?? session.environmentUrl;
    status?.state !== "in_progress" && (session.next = void 0);
    status !== void 0 && session.kept && leave(session, status);
    await session.beside;
    if (status === void 0) return forget(session);
    if (status.state === "in_progress") {
      session.late !== void 0 && session.saved.id !== void 0 && await record_send(session, session.saved.id, session.late);
      return forget(session);
    }
    await record_finish(session, status, isSettled(run.conclusion));
  }
  function leave(session, status) {
    status.state !== "in_progress" ? remember(session, {
      end: status
    }) : remember(session, session.late === void 0 ? {
      said: status
    } : {
      end: session.late
    });
  }
  function forget(session) {
    session.kept && session.means.memory.save(void 0);
  }
  async function record_finish(session, status, settled) {
    const {saved: saved} = session;
    const isOn = saved.id !== void 0 || saved.created !== void 0 || saved.goesOn !== void 0;
    if (!isOn) return;
    if (saved.said?.state === status.state && saved.said.description === status.description) return forget(session);
    remember(session, {
      end: status
    });
    const id = await findId(session, session.means.mayCreate);
    if (id === void 0 || !await record_send(session, id, status)) return;
    settled ? forget(session) : remember(session, {
      said: status
    });
    if (status.state !== "success") return;
    const listed = await record_list(session);
    const before = listed && recordBefore(listed, id);
    before !== void 0 && await record_send(session, before.id, replaced(id));
  }
  async function record_close(session, hasEvidence) {
    const {said: said, end: left, leavesEvidence: leavesEvidence, goesOn: goesOn} = session.saved;
    if (goesOn !== void 0 && left === void 0 && !hasEvidence) return;
    const traffic = leavesEvidence !== !0 || hasEvidence ? "unknown" : "untouched";
    said === void 0 && await record_finish(session, left ?? killedEnding(traffic), !0);
  }
  const saved = () => object({
    key: schemas_string().check(_regex(/^[0-9a-f-]{36}$/)),
    id: optional(schemas_int().check(_positive())),
    created: optional(schemas_boolean()),
    goesOn: optional(object({
      canary: schemas_string(),
      stable: schemas_string()
    })),
    leavesEvidence: optional(schemas_boolean()),
    warned: optional(schemas_boolean()),
    end: optional(object({
      state: schemas_enum([ "in_progress", "success", "failure", "inactive" ]),
      description: schemas_string()
    })),
    said: optional(object({
      state: schemas_string(),
      description: schemas_string()
    }))
  });
  function readSaved(text) {
    if (text === "") return;
    try {
      return saved().safeParse(JSON.parse(text)).data;
    } catch {
      return;
    }
  }
  function openRecord(asked, {routine: routine, env: env}, {step: step, cancelled: cancelled, secrets: secrets, warn: warn}) {
    if (asked === void 0) return NO_RECORD;
    const job = jobContext();
    const place = open_record_placeOf(asked, job);
    if (!place.ok) {
      warn(`The rollout is not recorded: ${place.error}.`);
      return NO_RECORD;
    }
    const recorder = openRecorder({
      wish: {
        routine: routine,
        env: env
      },
      place: place.value,
      serverUrl: job.serverUrl,
      steps: asked.steps,
      byPerson: asked.retry || job.byPerson,
      budget: BUDGETS[step],
      mayCreate: step === "step",
      cancelled: cancelled,
      redact: secrets.redact,
      warn: warn,
      memory: {
        saved: readSaved(savedState("record")),
        save: record => runner_saveState("record", record === void 0 ? "" : redactJson(JSON.stringify(record), secrets.redact))
      }
    });
    return guarded(recorder, warn);
  }
  function open_record_placeOf({token: token, environment: environment}, job) {
    const {repository: repository, sha: sha, apiUrl: apiUrl, runUrl: runUrl} = job;
    const [, owner, repo] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(repository) ?? [];
    if (token === "") return failed("`github-token` is empty");
    if (owner === void 0 || repo === void 0 || sha === "") return failed("GITHUB_REPOSITORY and GITHUB_SHA do not name a repository and a commit, as outside a job of GitHub");
    if (!URL.canParse(apiUrl)) return failed("GITHUB_API_URL is not a URL");
    return succeeded({
      apiUrl: apiUrl,
      owner: owner,
      repo: repo,
      token: token,
      sha: sha,
      environment: environment,
      runUrl: runUrl
    });
  }
  function readEach(raw) {
    return Object.fromEntries(INPUTS.map(name => [ name, readRow(ROWS[name], raw[name]) ]));
  }
  function readRow({rule: rule, default: fallback, required: required}, text) {
    if (text !== "") return rule(text);
    if (fallback !== void 0) return rule(fallback);
    return required === void 0 ? succeeded(void 0) : failed([ `nothing is given; ${required}` ]);
  }
  function isGiven(reading) {
    return !reading.ok || reading.value !== void 0;
  }
  function valueIn(reading) {
    return reading.ok ? reading.value : void 0;
  }
  function valuesIn(readings) {
    const mistakes = INPUTS.flatMap(input => {
      const reading = readings[input];
      return reading.ok ? [] : reading.error.map(message => ({
        input: input,
        message: message
      }));
    });
    if (mistakes.length > 0) return failed(mistakes);
    return succeeded(Object.fromEntries(INPUTS.map(name => [ name, valueIn(readings[name]) ])));
  }
  function combinationMistakes(readings, found, environment) {
    return [ ...goalMistakes(readings), ...codeMistakes(readings), ...gateMistakes(readings), ...bakeMistakes(readings), ...recordMistakes(readings), ...credentialMistakes(readings, found, environment), ...brokenProxies(environment).map(proxyMistake) ];
  }
  function goalMistakes({versions: versions, canary: canary, code: code, "dry-run": dryRun}) {
    if (isGiven(versions) && isGiven(canary)) return [ {
      input: "canary",
      message: "both `versions` and `canary` are given; allowed is one of them: a fixed split, or a rollout by steps"
    } ];
    if (isGiven(versions) || isGiven(canary) || isGiven(code) || valueIn(dryRun) === !0) return [];
    const ways = "`versions` for a fixed split, `canary` for a rollout by steps, `code` to upload a version, or none of them with `dry-run: true` to see what is live";
    return [ {
      input: "versions",
      message: `nothing is given; allowed is ${ways}`
    } ];
  }
  function codeMistakes(readings) {
    const {code: code, versions: versions, canary: canary} = readings;
    const named = [ ...(valueIn(versions) ?? []).map(({version: version}) => version), valueIn(canary) ];
    const isNamed = named.some(ref => ref?.kind === "word" && ref.word === "uploaded");
    if (isGiven(code)) {
      const isAnother = !isNamed && named.some(ref => ref !== void 0);
      const message = "its version is not what `versions` or `canary` names, so it would be uploaded for nothing; write the word `uploaded` there, or give `code` alone";
      return isAnother ? [ {
        input: "code",
        message: message
      } ] : [];
    }
    const input = isGiven(versions) ? "versions" : "canary";
    const word = isNamed ? [ {
      input: input,
      message: "`uploaded` is the version of `code`, which is not given"
    } ] : [];
    const others = [ "code-description", "code-entry", "code-not-found", "keep-versions", "create-routine" ].filter(name => isGiven(readings[name]) && valueIn(readings[name]) !== !1).map(name => ({
      input: name,
      message: "it is for the upload of `code`, which is not given"
    }));
    return [ ...word, ...others ];
  }
  function gateMistakes(readings) {
    const mistakes = [];
    const {versions: versions, canary: canary} = readings;
    const isSplit = isGiven(versions) && !isGiven(canary);
    const hasNoBake = stepsIn(readings)?.every(step => step.bake === 0);
    for (const input of SOURCES.filter(name => isGiven(readings[name]))) isSplit ? mistakes.push({
      input: input,
      message: "a gate watches a rollout by `canary` and `steps`; a fixed split by `versions` is not watched"
    }) : hasNoBake && mistakes.push({
      input: input,
      message: 'no step has a bake time, so nothing would be watched; write `steps` such as "5% for 5m, 100%"'
    });
    for (const input of [ "gate-latency", "gate-version-header" ]) isGiven(readings[input]) && !isGiven(readings["gate-url"]) && mistakes.push({
      input: input,
      message: "it is for the answers of `gate-url`, which is not given"
    });
    for (const input of [ "gate-logs-region", "gate-logs-endpoint" ]) isGiven(readings[input]) && !isGiven(readings["gate-logs"]) && mistakes.push({
      input: input,
      message: "it says where the logs of `gate-logs` are, which is not given"
    });
    if (valueIn(readings["gate-mode"]) === "observe" && !SOURCES.some(name => isGiven(readings[name]))) {
      const [last, ...others] = SOURCES.map(name => `\`${name}\``).toReversed();
      const all = `${others.toReversed().join(", ")} and ${last}`;
      mistakes.push({
        input: "gate-mode",
        message: `there is nothing to observe: none of ${all} is given`
      });
    }
    return mistakes;
  }
  function stepsIn({steps: steps}) {
    return steps.ok ? steps.value ?? steps_AT_ONCE : void 0;
  }
  function bakeMistakes({wait: wait, steps: steps}) {
    const bakesAtLast = valueIn(steps)?.some(step => step.weight === 100 && step.bake > 0);
    if (valueIn(wait) !== !1 || !bakesAtLast) return [];
    return [ {
      input: "steps",
      message: "with `wait: false` the step to 100 % cannot bake: nothing then remembers the stable that a rollback would restore; let the last bake be below 100 %"
    } ];
  }
  function recordMistakes(readings) {
    if (isGiven(readings["github-deployment"])) return [];
    return [ "github-deployment-steps", "retry" ].filter(input => valueIn(readings[input]) === !0).map(input => ({
      input: input,
      message: "it is for the record by `github-deployment`, which is not given"
    }));
  }
  function credentialMistakes(readings, found, environment) {
    const mistakes = [];
    for (const {name: name, given: given} of found.ok ? [] : found.error.missing) {
      const message = `nothing is given, but ${given.map(other => `\`${other}\``).join(" and ")} is; they belong together`;
      mistakes.push({
        input: name,
        message: message
      });
    }
    for (const name of found.ok ? [] : found.error.malformed) {
      const message = "what is set holds a space, a line break or a character outside ASCII; set it again";
      mistakes.push({
        input: name,
        message: message
      });
    }
    isGiven(readings["role-session-name"]) && !isGiven(readings["role-to-assume"]) && mistakes.push({
      input: "role-session-name",
      message: "it is for `role-to-assume`, which is not given"
    });
    const asks = found.ok && found.value.kind === "oidc";
    asks && ID_TOKEN_VARIABLES.some(name => (environment[name] ?? "") === "") && mistakes.push({
      input: "role-to-assume",
      message: `GitHub does not let this job have an id-token: ${PERMISSION}; pull requests of forks never get one`
    });
    return mistakes;
  }
  function proxyMistake(name) {
    const message = "what is set is not the URL of a proxy; allowed is `http://HOST:PORT`, with `USER:PASSWORD@` before HOST where needed";
    return {
      input: name,
      message: message
    };
  }
  function readInputs(raw, environment) {
    const readings = readEach(raw);
    const read = valuesIn(readings);
    const found = findSource(raw, environment, roleIn(readings, environment));
    const mistakes = [ ...read.ok ? [] : read.error, ...combinationMistakes(readings, found, environment) ];
    if (!read.ok || !found.ok || mistakes.length > 0) return failed(mistakes.toSorted(byInput));
    return succeeded(request_requestOf(read.value, found.value));
  }
  function roleIn(readings, environment) {
    return {
      audience: valueIn(readings.audience) ?? "",
      sessionName: valueIn(readings["role-session-name"]) ?? sessionName(environment),
      duration: valueIn(readings["role-session-duration"]) ?? 0
    };
  }
  function request_requestOf(values, credentials) {
    const sources = request_sourcesOf(values);
    const {region: region} = values;
    return {
      asked: {
        routine: values.routine,
        env: values.env,
        goal: goalOf(values, sources),
        expectDeploymentId: values["expect-deployment-id"],
        dryRun: values["dry-run"]
      },
      sources: sources,
      credentials: credentials,
      endpoint: values.endpoint ?? regionEndpoint(region),
      stsEndpoint: values["sts-endpoint"] ?? regionStsEndpoint(region),
      region: region,
      logsEndpoint: values["gate-logs-endpoint"] ?? regionLogsEndpoint(values["gate-logs-region"] ?? region),
      apiTimeout: values["api-timeout"],
      record: request_recordOf(values),
      code: codeOf(values)
    };
  }
  function request_recordOf(values) {
    const environment = values["github-deployment"];
    if (environment === void 0) return;
    return {
      environment: environment,
      token: values["github-token"],
      steps: values["github-deployment-steps"],
      retry: values.retry
    };
  }
  function codeOf(values) {
    if (values.code === void 0) return;
    return {
      description: values["code-description"] ?? "",
      notFound: values["code-not-found"],
      keepVersions: values["keep-versions"],
      createRoutine: values["create-routine"]
    };
  }
  function request_sourcesOf(values) {
    const urls = values["gate-url"];
    const http = urls && {
      urls: urls,
      expect: values["gate-expect"],
      latency: values["gate-latency"],
      mark: values["gate-version-header"]
    };
    const place = values["gate-logs"];
    const logs = place && {
      ...place,
      expect: values["gate-expect"]
    };
    return {
      "gate-url": http,
      "gate-command": values["gate-command"],
      "gate-logs": logs
    };
  }
  function goalOf(values, sources) {
    if (values.versions !== void 0) return {
      kind: "split",
      split: values.versions
    };
    const canary = values.canary ?? (values.code === void 0 || values.steps === void 0 ? void 0 : UPLOADED);
    if (canary === void 0) return {
      kind: "report"
    };
    const gate = {
      successRate: values["gate-success-rate"],
      interval: values["gate-interval"],
      urls: sources["gate-url"]?.urls.length ?? 0,
      mark: sources["gate-url"]?.mark?.header,
      mode: values["gate-mode"]
    };
    return {
      kind: "rollout",
      canary: canary,
      allowOlder: values["allow-older"],
      steps: values.steps ?? steps_AT_ONCE,
      wait: values.wait,
      gate: hasSource(sources) ? gate : void 0,
      onFailure: values["on-failure"],
      onInconclusive: values["on-inconclusive"],
      onCancel: values["on-cancel"]
    };
  }
  function byInput(one, other) {
    const rank = ({input: name}) => INPUTS.indexOf(name);
    return rank(one) - rank(other);
  }
  function start() {
    const {env: env} = process;
    const raw = inputTexts(INPUTS);
    const secrets = secretKeeper(mask);
    secrets.keep(...secretsIn(raw), ...environmentSecrets(env), ...proxySecrets(env));
    secrets.keep(env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] ?? "", ...urlSecrets(env["ALIBABA_CLOUD_CREDENTIALS_URI"] ?? ""));
    return {
      raw: raw,
      secrets: secrets,
      log: openLog(secrets)
    };
  }
  function readRequest({raw: raw, log: log}) {
    completeProxies(process.env);
    if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      log.warn("NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are verified. For a private CA set NODE_EXTRA_CA_CERTS.");
    }
    return readInputs(raw, process.env);
  }
  const external_node_os_namespaceObject = require("node:os");
  const external_replaced_node_fs_promises_namespaceObject = lazily(() => require("node:fs/promises"));
  const external_node_path_namespaceObject = require("node:path");
  const MARK = "__ESA_CANARY_MARK__";
  const PIECE = 262144;
  async function* piecesOf(path) {
    const file = await (0, external_replaced_node_fs_promises_namespaceObject.open)(path);
    try {
      const buffer = Buffer.allocUnsafeSlow(PIECE);
      for (;;) {
        const {bytesRead: bytesRead} = await file.read(buffer, 0, PIECE);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
  async function digestOfFile(path) {
    const hash = (0, external_node_crypto_namespaceObject.createHash)("sha256");
    for await (const piece of piecesOf(path)) hash.update(piece);
    return hash.digest("hex");
  }
  function digestOf(content) {
    return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(content).digest("hex");
  }
  function isMarked(bytes) {
    return bytes.includes(MARK);
  }
  function marked(bytes, text) {
    if (!isMarked(bytes)) return bytes;
    return Buffer.from(bytes.toString("latin1").replaceAll(MARK, text), "latin1");
  }
  const external_replaced_node_stream_promises_namespaceObject = lazily(() => require("node:stream/promises"));
  const external_replaced_yazl_namespaceObject = lazily(() => require("./lazy/zip.cjs"));
  function inMemory(bytes) {
    return {
      size: bytes.length,
      open: () => once(bytes),
      remove: async () => {}
    };
  }
  async function* once(bytes) {
    yield bytes;
  }
  const HOW = {
    mtime: new Date(1980, 0, 1, 12),
    mode: 33188,
    forceDosTimestamp: !0
  };
  async function packZip(entry, assets, temporary) {
    let folder;
    try {
      folder = await (0, external_replaced_node_fs_promises_namespaceObject.mkdtemp)((0, 
      external_node_path_namespaceObject.join)(temporary, "esa-upload-"));
      const file = (0, external_node_path_namespaceObject.join)(folder, "code.zip");
      await writeZip(file, entry, assets);
      const {size: size} = await (0, external_replaced_node_fs_promises_namespaceObject.stat)(file);
      return succeeded({
        size: size,
        open: () => piecesOf(file),
        remove: remover(folder)
      });
    } catch (error) {
      folder !== void 0 && await remover(folder)();
      return failed(error instanceof Error ? error.message : String(error));
    }
  }
  const remover = folder => () => (0, external_replaced_node_fs_promises_namespaceObject.rm)(folder, {
    recursive: !0,
    force: !0
  });
  async function writeZip(file, entry, assets) {
    const zip = new external_replaced_yazl_namespaceObject.ZipFile;
    const output = zip.outputStream;
    zip.on("error", error => output.destroy(error));
    entry !== void 0 && zip.addBuffer(entry, "routine/index.js", HOW);
    for (const asset of assets) zip.addReadStreamLazy(`assets/${asset.name}`, HOW, done => done(null, unchanged(asset, error => zip.emit("error", error))));
    zip.end();
    await (0, external_replaced_node_stream_promises_namespaceObject.pipeline)(output, (0, 
    external_node_fs_namespaceObject.createWriteStream)(file, {
      mode: 384
    }));
  }
  function unchanged({path: path, name: name, digest: digest}, fail) {
    const stream = (0, external_node_fs_namespaceObject.createReadStream)(path);
    const hash = (0, external_node_crypto_namespaceObject.createHash)("sha256");
    stream.on("error", fail);
    stream.on("data", chunk => hash.update(chunk));
    stream.on("end", () => {
      hash.digest("hex") !== digest && fail(new Error(`${quoted(name)} was changed while it was uploaded`));
    });
    return stream;
  }
  const external_node_buffer_namespaceObject = require("node:buffer");
  async function walkTree(root) {
    const walk = {
      root: root,
      files: [],
      problems: []
    };
    await enter(root, "", [ root ], walk);
    walk.files.length === 0 && walk.problems.length === 0 && walk.problems.push("there is no file in it");
    return {
      files: walk.files.toSorted(byBytes),
      problems: walk.problems
    };
  }
  function byBytes({name: one}, {name: other}) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  async function enter(directory, name, above, walk) {
    const listed = await (0, external_replaced_node_fs_promises_namespaceObject.readdir)(directory, {
      encoding: "buffer"
    }).catch(error => error);
    if (!Array.isArray(listed)) {
      walk.problems.push(`${shown(name)} cannot be read (${listed.code})`);
      return;
    }
    for (const bytes of listed.toSorted((one, other) => Buffer.compare(one, other))) {
      const problem = problemWith(bytes);
      const text = bytes.toString();
      const inner = name === "" ? text : `${name}/${text}`;
      problem !== void 0 ? walk.problems.push(`the name ${shown(inner)} ${problem}`) : await tree_look((0, 
      external_node_path_namespaceObject.join)(directory, text), inner, above, walk);
    }
  }
  function problemWith(name) {
    if (!(0, external_node_buffer_namespaceObject.isUtf8)(name)) return "is not UTF-8";
    const text = name.toString();
    if (text.includes("\\")) return "holds a backslash";
    if (text.toLowerCase() === ".git") return "is of a repository, whose history and credentials everybody could read";
    return /\p{Cc}/u.test(text) ? "holds a control character" : void 0;
  }
  async function tree_look(path, name, above, walk) {
    const found = await tree_follow(path);
    if (!found.ok) {
      walk.problems.push(`${shown(name)} ${found.error}`);
      return;
    }
    const {real: real, stats: stats} = found.value;
    real === walk.root || real.startsWith(walk.root + external_node_path_namespaceObject.sep) ? stats.isDirectory() ? above.includes(real) ? walk.problems.push(`${shown(name)} is a link into a directory that it is in itself`) : await enter(real, name, [ ...above, real ], walk) : stats.isFile() ? walk.files.push({
      name: name,
      path: real,
      size: stats.size
    }) : walk.problems.push(`${shown(name)} is ${tree_kindOf(stats)}, not a file`) : walk.problems.push(`${shown(name)} is a link that leaves the directory`);
  }
  async function tree_follow(path) {
    try {
      const real = await (0, external_replaced_node_fs_promises_namespaceObject.realpath)(path);
      return succeeded({
        real: real,
        stats: await (0, external_replaced_node_fs_promises_namespaceObject.stat)(real)
      });
    } catch (error) {
      const {code: code} = error;
      return failed(code === "ENOENT" ? "is a link that leads nowhere" : `cannot be read (${code})`);
    }
  }
  function tree_kindOf(stats) {
    if (stats.isFIFO()) return "a pipe";
    return stats.isSocket() ? "a socket" : "a device";
  }
  function shown(name) {
    return name === "" ? "it" : quoted(name);
  }
  const FUNCTION_LIMIT = 5242880;
  const ASSET_LIMIT = 26214400;
  const MARK_LENGTH = 12;
  const DIRECTORY_FORMAT = "esa-canary-deploy directory 1\n";
  async function readCode(given) {
    const found = await lookAt(given.code, given);
    if (!found.ok) return failed([ {
      input: "code",
      message: found.error
    } ]);
    return found.value.isDirectory ? readDirectory(found.value.real, given) : readSingle(found.value, given);
  }
  async function lookAt(path, {folder: folder}) {
    try {
      const real = await (0, external_replaced_node_fs_promises_namespaceObject.realpath)((0, 
      external_node_path_namespaceObject.resolve)(folder, path));
      const stats = await (0, external_replaced_node_fs_promises_namespaceObject.stat)(real);
      if (!stats.isDirectory() && !stats.isFile()) return failed(`${quoted(path)} is ${tree_kindOf(stats)}, not a file`);
      return succeeded({
        real: real,
        isDirectory: stats.isDirectory(),
        size: stats.size
      });
    } catch (error) {
      const {code: code} = error;
      return failed(code === "ENOENT" ? `there is no ${quoted(path)}` : `${quoted(path)} cannot be read (${code})`);
    }
  }
  async function readSingle(found, given) {
    const only = input => ({
      input: input,
      message: "goes with a directory as `code`, and that is a file"
    });
    const mistakes = [ ...given.entry === "" ? [] : [ only("code-entry") ], ...given.hasNotFound ? [ only("code-not-found") ] : [] ];
    const bytes = await readFunction(found, given.code);
    if (!bytes.ok) return failed([ {
      input: "code",
      message: bytes.error
    }, ...mistakes ]);
    if (mistakes.length > 0) return failed(mistakes);
    const digest = digestOf(bytes.value);
    const hash = digest.slice(0, MARK_LENGTH);
    return succeeded({
      kind: "file",
      digest: digest,
      mark: isMarked(bytes.value) ? {
        kind: "hash",
        hash: hash
      } : {
        kind: "none"
      },
      nameHashes: void 0,
      files: 1,
      size: bytes.value.length,
      pack: async () => succeeded(inMemory(marked(bytes.value, hash)))
    });
  }
  async function readFunction({real: real, size: size}, path) {
    const large = tooLarge(path, size, "a function", FUNCTION_LIMIT);
    if (large !== void 0) return failed(large);
    if (size === 0) return failed(`${quoted(path)} is empty`);
    try {
      return succeeded(await (0, external_replaced_node_fs_promises_namespaceObject.readFile)(real));
    } catch (error) {
      return failed(`${quoted(path)} cannot be read (${error.code})`);
    }
  }
  function tooLarge(path, size, what, limit) {
    if (size < limit) return;
    const megabytes = bytes => bytes / 1024 / 1024;
    const of = `${(Math.ceil(megabytes(size) * 10) / 10).toFixed(1)} MB`;
    return `${quoted(path)} has ${of}; ${what} is smaller than ${megabytes(limit)} MB`;
  }
  async function readEntry(path, given) {
    if (path === "") return succeeded(void 0);
    const found = await lookAt(path, given);
    if (!found.ok) return found;
    if (found.value.isDirectory) return failed(`${quoted(path)} is a directory, not a file of JavaScript`);
    const bytes = await readFunction(found.value, path);
    return bytes.ok ? succeeded({
      real: found.value.real,
      bytes: bytes.value
    }) : bytes;
  }
  async function readDirectory(root, given) {
    const [entry, tree] = await Promise.all([ readEntry(given.entry, given), walkTree(root) ]);
    const own = entry.ok ? entry.value?.real : void 0;
    const assets = tree.files.filter(({path: path}) => path !== own);
    const mistakes = [ ...tree.problems, ...assets.flatMap(({name: name, size: size}) => tooLarge(name, size, "an asset", ASSET_LIMIT) ?? []) ].map(problem => ({
      input: "code",
      message: `${quoted(given.code)}: ${problem}`
    }));
    entry.ok || mistakes.push({
      input: "code-entry",
      message: entry.error
    });
    if (mistakes.length > 0 || !entry.ok) return failed(mistakes);
    const digests = await digestsOf(assets, given.code);
    if (!digests.ok) return failed([ {
      input: "code",
      message: digests.error
    } ]);
    return succeeded(directoryOf(given, entry.value, digests.value));
  }
  async function digestsOf(assets, code) {
    const digested = [];
    for (const asset of assets) try {
      digested.push({
        ...asset,
        digest: await digestOfFile(asset.path)
      });
    } catch (error) {
      const {code: why} = error;
      return failed(`${quoted(code)}: ${quoted(asset.name)} cannot be read (${why})`);
    }
    return succeeded(digested);
  }
  function directoryOf({temporary: temporary}, entry, assets) {
    const lines = assets.map(({name: name, digest: digest}) => `${digest} ${name}\n`);
    const first = entry === void 0 ? "" : `${digestOf(entry.bytes)}\n`;
    const isEntryMarked = entry !== void 0 && isMarked(entry.bytes);
    return {
      kind: "directory",
      digest: digestOf(`${DIRECTORY_FORMAT}${first}\n${lines.join("")}`),
      mark: {
        kind: isEntryMarked ? "version" : "none"
      },
      nameHashes: assets.filter(({name: name}) => isHashedName(name)).map(({name: name}) => digestOf(name).slice(0, NAME_HASH_LENGTH)),
      files: assets.length + (entry === void 0 ? 0 : 1),
      size: assets.reduce((sum, {size: size}) => sum + size, entry?.bytes.length ?? 0),
      pack: version => packZip(entry && marked(entry.bytes, version), assets, temporary)
    };
  }
  const YOUNGEST = 36e5;
  function pruning({versions: versions, complete: complete, live: live, spared: spared, now: now}, keep) {
    const numbered = versions.filter(({version: version}) => /^[0-9]+$/.test(version));
    const excess = Math.max(0, numbered.length + 1 - keep);
    if (!complete) return {
      remove: [],
      short: excess,
      unknown: "oldest"
    };
    if (spared === void 0) return {
      remove: [],
      short: excess,
      unknown: "needed"
    };
    const remove = numbered.flatMap(version => {
      const createdAt = readInstant(version.createdAt);
      const isKept = live.has(version.version) || spared.has(version.version);
      return createdAt === void 0 || isKept || now - createdAt < YOUNGEST ? [] : [ {
        version: version,
        createdAt: createdAt
      } ];
    }).toSorted((one, other) => one.createdAt - other.createdAt || byId(one.version, other.version)).slice(0, excess).map(({version: version}) => version);
    return {
      remove: remove,
      short: excess - remove.length
    };
  }
  function byId({version: one}, {version: other}) {
    if (one.length !== other.length) return one.length - other.length;
    return one < other ? -1 : 1;
  }
  const description_LONGEST = 200;
  const TAG_LENGTH = 12;
  function descriptionText(asked, commit, kind, digest) {
    const tag = kind === "file" ? tagOf(digest) : "";
    const byCommit = `${commit.id.slice(0, 7)} ${subjectOf(commit.message)}`.trim();
    const text = [ ...oneLine(asked === "" ? byCommit : asked, description_LONGEST) ].slice(0, description_LONGEST - tag.length - 1).join("");
    return `${text} ${tag}`.trim();
  }
  function isTagged(description, digest) {
    return description?.endsWith(tagOf(digest)) ?? !1;
  }
  function tagOf(digest) {
    return `[sha256 ${digest.slice(0, TAG_LENGTH)}]`;
  }
  function reusable(versions, wanted) {
    return versions.find(version => isSameCode(version, wanted) && version.status?.toLowerCase() === "available" && (version.boundTo === void 0 || version.boundTo === wanted.env) && version.notFound === (wanted.notFound ?? ""));
  }
  function isSameCode({extraInfo: extraInfo, description: description}, {kind: kind, digest: digest}) {
    if (extraInfo.digest !== void 0) return extraInfo.digest === digest;
    return kind === "file" && isTagged(description, digest);
  }
  function uploadLines({pruning: pruning, isNewRoutine: isNewRoutine}, code, isDry) {
    const {remove: remove, short: short, unknown: unknown} = pruning;
    return [ ...isNewRoutine ? [ (isDry ? "Would make" : "Making") + " the routine: there is none of that name." ] : [], `${isDry ? "Would upload" : "Uploading"} ${codeText(code)}, as a new version.`, ...remove.map(version => `${isDry ? "Would delete" : "Deleting"} ${versionText(version)}.`), ...short === 0 ? [] : [ tooFew(short, unknown) ] ].map(line => oneLine(line));
  }
  function codeText({files: files, size: size}) {
    return `${files === 1 ? "one file" : `${files} files`}, ${sizeText(size)}`;
  }
  function uploadedLine({version: version, description: description, isNew: isNew}, code) {
    const how = isNew ? "a new version of" : "which was there, the same code:";
    const called = description === "" ? "" : `, ${quoted(description)}`;
    return oneLine(`\`uploaded\` is ${version}, ${how} ${codeText(code)}${called}`);
  }
  function besideLines(madeRoutine, removed) {
    return [ ...madeRoutine ? [ "Made the routine: there was none of that name" ] : [], ...removed.map(one => `Deleted ${versionText(one)}`) ].map(line => oneLine(line));
  }
  function tooFew(short, unknown) {
    const what = short === 1 ? "One version more than `keep-versions` says stays" : `${short} versions more than \`keep-versions\` says stay`;
    const why = unknown === void 0 ? "live, needed for a way back, younger than an hour, or of unknown age" : sentences_UNKNOWN[unknown];
    return `${what}: ${why}.`;
  }
  const sentences_UNKNOWN = {
    oldest: "there are more than the service lists, so which are the oldest is unknown",
    needed: "the records at GitHub could not be read, so which of them a way back needs is unknown"
  };
  function versionText({version: version, description: description, createdAt: createdAt}) {
    const from = createdAt === void 0 ? "" : ` of ${createdAt}`;
    return `version ${version}${from}${description === void 0 ? "" : ` (${quoted(description)})`}`;
  }
  function unmarked(header) {
    return `The code does not hold \`__ESA_CANARY_MARK__\`, so the gate looks for its version number in \`${header}\`, which no code can know before it is uploaded. Let the routine set \`${header}\` to the mark, or give what it answers: \`gate-version-header: ${header}=VALUE\`.`;
  }
  function sizeText(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  }
  const sentences_MOST_NAMED = 5;
  function quotaAdvice(versions, quota, couldGo, keeps) {
    const allowed = quota === void 0 ? "" : `; the plan allows ${quota}`;
    const counted = couldGo.unknown === "oldest" ? `at least ${versions}` : versions;
    return `The routine has ${counted} versions${allowed}. ${whatCouldGo(couldGo, keeps)}`;
  }
  function whatCouldGo({remove: remove, unknown: unknown}, keeps) {
    if (unknown !== void 0) return `None is deleted by this action: ${sentences_UNKNOWN[unknown]}. Delete some by hand, in the console of ESA.`;
    if (remove.length === 0) return "None of them may be deleted by this action: each is live, needed for a way back, younger than an hour, or of unknown age. Delete some by hand, in the console of ESA.";
    const how = keeps ? "Delete some in the console, or give `keep-versions` a smaller number." : "With `keep-versions` this action deletes the oldest by itself.";
    const named = remove.slice(0, sentences_MOST_NAMED).map(versionText);
    return `These could be deleted, the oldest first: ${named.join(", ")}. ${how}`;
  }
  const BASE = {
    requestId: "",
    transient: !1,
    throttled: !1,
    mayHaveActed: !1,
    retryAfter: void 0
  };
  function buildFailed(version, status) {
    return {
      ...BASE,
      operation: "GetRoutineCodeVersionInfo",
      code: "BuildFailed",
      message: `the service could not build version ${version}: its status is ${quoted(status)}`,
      advice: "The console shows the log of the build, under Functions and Pages, the routine, its versions. Nothing was deployed."
    };
  }
  function buildUnfinished(version, waited) {
    return {
      ...BASE,
      operation: "GetRoutineCodeVersionInfo",
      code: "BuildUnfinished",
      message: `version ${version} was not built within ${waited}`,
      advice: "Nothing was deployed. Run again; if it persists, open a ticket with the RequestId of the last call."
    };
  }
  function codeChanged(why) {
    return {
      ...BASE,
      operation: "ReadCode",
      code: "CodeChanged",
      message: oneLine(`the code could not be packed: ${why}`),
      advice: "Upload after the build has ended, in the same job, and let nothing else write there. The disk may be full, too."
    };
  }
  const UPLOAD_CANCELLED = {
    ...BASE,
    operation: "Upload",
    code: "Cancelled",
    message: "the workflow was cancelled before the code had a version that can be deployed",
    advice: "Nothing was deployed. Run again."
  };
  function stateNotSaved(why) {
    return {
      ...BASE,
      operation: "Upload",
      code: "StateNotSaved",
      message: `${why} Should this run be killed, the post step could not delete a version that is not finished`,
      advice: "Free disk space on the runner, and let no step change the file that GITHUB_STATE names."
    };
  }
  function formNotUnderstood(operation, why) {
    return {
      ...BASE,
      operation: operation,
      code: "AnswerNotUnderstood",
      message: oneLine(`the answer is not what the API documents: ${why}`),
      advice: "The API may have changed; please report this with the RequestId."
    };
  }
  async function postForm({url: url, fields: fields, file: file, idle: idle}) {
    const boundary = `----${(0, external_node_crypto_namespaceObject.randomUUID)()}`;
    const head = Buffer.from(`${fields.map(([name, value]) => part(boundary, `name="${name}"`, value)).join("")}${fileHead(boundary, file.name)}`);
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const headers = {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": head.length + file.size + tail.length,
      "user-agent": "esa-canary-deploy",
      "accept-encoding": "identity"
    };
    const request = (url.protocol === "https:" ? external_node_https_namespaceObject.request : external_node_http_namespaceObject.request)(url, {
      method: "POST",
      agent: proxyAgent(url) ?? !1,
      headers: headers,
      rejectUnauthorized: !0
    });
    request.setTimeout(idle, () => request.destroy(Object.assign(new Error("nothing came"), {
      code: "ReadTimeout"
    })));
    return new Promise((resolve, reject) => {
      let hasAnswer = !1;
      request.once("response", response => {
        hasAnswer = !0;
        form_post_whole(response).then(resolve, reject);
      });
      request.on("error", error => hasAnswer || reject(error));
      sendAll(request, form_post_inOrder(head, file.open(), tail)).catch(error => request.destroy(error));
    });
  }
  function part(boundary, disposition, content) {
    return `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  }
  function fileHead(boundary, name) {
    const disposition = `Content-Disposition: form-data; name="file"; filename="${name}"`;
    return `--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  }
  async function* form_post_inOrder(head, body, tail) {
    yield head;
    yield* body;
    yield tail;
  }
  async function sendAll(request, pieces) {
    let wake = () => {};
    request.once("close", () => wake());
    for await (const piece of pieces) {
      await new Promise(sent => {
        wake = sent;
        request.destroyed ? sent() : request.write(piece, () => sent());
      });
      if (request.destroyed) return;
    }
    request.end();
  }
  async function form_post_whole(response) {
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).toString()
    };
  }
  const POST_OBJECT = "PostObject";
  function postPackage(form, code, options, how) {
    const {timeout: timeout, hurry: hurry, now: now} = options;
    return attempt(options, {
      operation: POST_OBJECT,
      attempt: how.number,
      retryPolicy: how.retryPolicy,
      send: async () => {
        const limits = {
          connect: Math.min(timeout, CONNECT_TIMEOUT),
          total: Math.max(1e3, form.until - now()),
          hurry: hurry
        };
        const file = {
          name: "code",
          size: code.size,
          open: code.open
        };
        const result = await withinLimits(limits, () => postForm({
          url: form.url,
          fields: form.fields,
          file: file,
          idle: timeout
        }));
        if (result.ok) return judged(result.value, options);
        const {protocol: protocol, host: host} = form.url;
        const endpoint = {
          protocol: protocol === "https:" ? "https" : "http",
          host: host
        };
        const reply = failureOf(result.error, result.seen, {
          endpoint: endpoint,
          timeout: timeout,
          hurry: hurry
        });
        return failed({
          fault: networkFault(reply, options),
          sent: !0
        });
      }
    });
  }
  function judged(answer, options) {
    const requestId = idIn(options.redact(String(answer.headers["x-oss-request-id"] ?? "")));
    if (answer.status === 200 || answer.status === 204) return succeeded({
      data: null,
      requestId: requestId,
      date: void 0
    });
    return failed({
      fault: {
        ...refusal(answer, options),
        requestId: requestId
      },
      sent: !0
    });
  }
  const object_store_BASE = {
    operation: POST_OBJECT,
    throttled: !1,
    mayHaveActed: !1,
    retryAfter: void 0
  };
  const AGAIN = "Run again; if it persists, open a ticket with the RequestId.";
  const POLICY_EXPIRED = "PolicyExpired";
  function refusal({status: status, body: body}, {redact: redact}) {
    const said = tag => oneLine(redact(new RegExp(`<${tag}>([^<]{0,2000})</${tag}>`).exec(body.slice(0, 16384))?.[1] ?? ""));
    const message = `object storage answered HTTP ${status}${said("Message") === "" ? "" : `: ${withoutStop(said("Message"))}`}`;
    if (status === 203) return {
      ...object_store_BASE,
      code: "CallbackFailed",
      message: `${message}, so the code is stored and ESA was not told`,
      advice: AGAIN,
      transient: !0
    };
    if (status >= 300 && status < 400) return {
      ...object_store_BASE,
      code: "Redirected",
      message: `${message}, a redirect, which object storage does not send and which is not followed`,
      advice: "Something on the way answered in place of object storage: check the proxy of the runner.",
      transient: !1
    };
    const code = /^[A-Za-z0-9.]{1,64}$/.exec(said("Code"))?.[0] ?? `NotStored.${status}`;
    if (code === "AccessDenied" && /policy expired/i.test(said("Message"))) return {
      ...object_store_BASE,
      code: POLICY_EXPIRED,
      message: message,
      advice: SLOW,
      transient: !0
    };
    const transient = status >= 500 || status === 408 || status === 429 || code === "RequestTimeout";
    return {
      ...object_store_BASE,
      code: code,
      message: message,
      advice: transient ? AGAIN : REFUSED,
      transient: transient
    };
  }
  const SLOW = "An upload has to arrive within five minutes of its beginning. Make the code smaller, or run nearer to the service.";
  const REFUSED = `Object storage does not take the form that ESA gave out, as when something on the way changes it: check the proxy of the runner. ${AGAIN}`;
  function networkFault(reply, {redact: redact}) {
    const [code, message] = reply.kind === "network" ? [ reply.code, reply.message ] : [ "Unreadable", "the answer was cut short" ];
    const known = adviseOnNetwork(code, "endpoint");
    const {transient: transient} = known;
    const advice = OF_ITS_ADDRESS.has(code) ? UNREACHABLE : known.advice;
    return {
      ...object_store_BASE,
      code: oneLine(redact(code)),
      message: oneLine(redact(`${withoutStop(message)}; whether object storage took the code is unknown`)),
      requestId: "",
      advice: advice,
      transient: transient
    };
  }
  const OF_ITS_ADDRESS = new Set([ "AnswerTooLong", "ECONNREFUSED", "ENOTFOUND", "ERR_TLS_CERT_ALTNAME_INVALID" ]);
  const UNREACHABLE = "The runner has to reach object storage too, at the address that ESA names: check its firewall, its DNS, HTTPS_PROXY and NO_PROXY.";
  const ossPostConfig = () => record(schemas_string(), optionalText);
  const stagingUploadInfo = () => object({
    RequestId: requestId,
    OssPostConfig: ossPostConfig()
  });
  const createdVersion = () => object({
    RequestId: requestId,
    CodeVersion: codeVersion,
    OssPostConfig: ossPostConfig()
  });
  const committedVersion = () => object({
    RequestId: requestId,
    CodeVersion: codeVersion
  });
  const versionInfo = () => object({
    RequestId: requestId,
    Status: schemas_string()
  });
  const done = () => object({
    RequestId: requestId,
    Status: optionalText
  }).check(refine(told => told.RequestId !== "" || !!told.Status, "neither RequestId nor Status")).check(refine(({Status: Status}) => !Status || Status.toLowerCase() === "ok", "Status is not OK"));
  const plans = () => object({
    RequestId: requestId,
    PlanInfo: optional(array(object({
      ErRoutineCodeVersionQuota: schemas_nullish(schemas_string().check(_regex(/^[0-9]{1,6}$/)))
    })))
  });
  const storedVersions = () => object({
    RequestId: requestId,
    TotalCount: schemas_nullish(schemas_string().check(_regex(/^[0-9]{1,9}$/))),
    CodeVersions: optional(array(schemas_extend(listedVersion, {
      ExtraInfo: optional(unknown()),
      ConfOptions: optional(unknown())
    })))
  }).check(refine(listed => listed.CodeVersions !== void 0 || listed.TotalCount === "0", "no CodeVersions"));
  const upload_answers_named = () => object({
    CodeVersion: optionalText,
    CanaryCodeVersion: optionalText,
    CodeDeploy: schemas_nullish(object({
      CodeVersions: schemas_nullish(array(object({
        CodeVersion: codeVersion
      })))
    }))
  });
  const liveVersions = () => pipe(object({
    RequestId: requestId,
    Envs: schemas_nullish(array(upload_answers_named()))
  }), transform(({RequestId: RequestId, Envs: Envs}) => {
    const byEnvironment = (Envs ?? []).map(({CodeVersion: CodeVersion, CanaryCodeVersion: CanaryCodeVersion, CodeDeploy: CodeDeploy}) => [ ...[ CodeVersion, CanaryCodeVersion ].flatMap(id => id || []), ...(CodeDeploy?.CodeVersions ?? []).map(one => one.CodeVersion) ]);
    return {
      RequestId: RequestId,
      live: new Set(byEnvironment.flat()),
      serving: byEnvironment.filter(({length: length}) => length > 0).length
    };
  }));
  const confOptions = () => object({
    NotFoundStrategy: optionalText
  });
  function storedOf(listed) {
    return {
      ...detailsOf(listed),
      extraInfo: readExtraInfo(typeof listed.ExtraInfo === "string" ? listed.ExtraInfo : void 0),
      notFound: confOptions().safeParse(listed.ConfOptions).data?.NotFoundStrategy ?? ""
    };
  }
  const stored_versions_PAGE_SIZE = 20;
  const stored_versions_LAST_PAGE = 2;
  const stored_versions_ENVIRONMENTS = 2;
  async function listStored(routine, {calls: calls}) {
    const versions = [];
    for (let page = 1; ;page += 1) {
      const parameters = {
        Name: routine,
        PageNumber: String(page),
        PageSize: String(stored_versions_PAGE_SIZE)
      };
      const answer = await calls.read("ListRoutineCodeVersions", parameters, storedVersions());
      if (!answer.ok) return failed(answer.error.fault);
      const {data: data, date: date} = answer.value;
      const listed = (data.CodeVersions ?? []).map(storedOf);
      versions.push(...listed.filter(({version: version}) => !versions.some(known => known.version === version)));
      const total = data.TotalCount;
      const complete = typeof total === "string" ? versions.length >= Number(total) : listed.length < stored_versions_PAGE_SIZE;
      if (complete || page === stored_versions_LAST_PAGE || listed.length === 0) return succeeded({
        versions: versions,
        complete: complete,
        date: date
      });
    }
  }
  async function readLiveVersions(routine, {calls: calls}) {
    const live = new Set;
    for (const isLast of [ !1, !0 ]) {
      const answer = await calls.read("GetRoutine", {
        Name: routine
      }, liveVersions());
      if (!answer.ok) return failed(answer.error.fault);
      for (const version of answer.value.data.live) live.add(version);
      if (isLast || answer.value.data.serving >= stored_versions_ENVIRONMENTS) break;
    }
    return succeeded(live);
  }
  const LOOK_LIMIT = 5e3;
  const MOST_LOOKS = 10;
  async function stored_versions_settle(write, means) {
    const {calls: calls, now: now} = means;
    const {operation: operation, parameters: parameters, schema: schema, isSecret: isSecret = !1} = write;
    let [throttled, since, pause] = [ 0, 0, 0 ];
    for (let count = 1; ;count += 1) {
      const answer = await calls.once(operation, parameters, schema, {
        number: count,
        rollback: !1,
        isSecret: isSecret
      });
      if (answer.ok) return succeeded({
        kind: "answered",
        data: answer.value.data,
        at: now(),
        date: answer.value.date
      });
      const {fault: fault} = answer.error;
      count === 1 && (since = now());
      fault.throttled && (throttled += 1);
      if (fault.mayHaveActed) {
        const seen = await stored_versions_look(write, means);
        if (!seen.ok) return seen;
        if (seen.value !== void 0) return succeeded({
          kind: "landed",
          data: seen.value
        });
      }
      const wait = retryPause(fault, {
        count: count,
        throttled: throttled,
        since: since,
        now: now(),
        pause: pause,
        rollback: !1
      });
      if (wait === void 0 || means.hurry.aborted) return failed(fault);
      pause = pauseWithin(wait, Math.random());
      await waitFor(pause, "retry", wait.why, means);
    }
  }
  async function stored_versions_look({landed: landed, operation: operation}, means) {
    const end = means.now() + LOOK_LIMIT;
    for (let looks = 0; ;looks += 1) {
      const seen = await landed();
      if (!seen.ok || seen.value !== void 0) return seen;
      const pause = pauseWithin(lookPause(looks), Math.random());
      if (means.now() + pause >= end || looks >= MOST_LOOKS || means.hurry.aborted) return seen;
      await waitFor(pause, "look", `whether ${operation} took effect is unknown`, means);
    }
  }
  async function waitFor(milliseconds, purpose, why, {append: append, sleep: sleep}) {
    append({
      kind: "wait",
      for: milliseconds,
      purpose: purpose,
      why: why
    });
    await sleep(milliseconds);
  }
  async function removeVersion(routine, version, why, means) {
    const isGone = async () => {
      const stored = await listStored(routine, means);
      if (!stored.ok) return stored;
      return succeeded(!stored.value.versions.some(one => one.version === version) || void 0);
    };
    const parameters = {
      Name: routine,
      CodeVersion: version
    };
    const settled = await stored_versions_settle({
      operation: "DeleteRoutineCodeVersion",
      parameters: parameters,
      schema: done(),
      landed: isGone
    }, means);
    if (settled.ok) {
      means.append({
        kind: "removed",
        version: version,
        why: why
      });
      return;
    }
    const gone = await isGone();
    return gone.ok && gone.value === !0 ? void 0 : settled.error;
  }
  function unfinishedText(unfinished) {
    return JSON.stringify(unfinished);
  }
  const format = () => object({
    routine: schemas_string(),
    uploadId: schemas_string().check(_minLength(1)),
    version: schemas_string()
  });
  function readUnfinished(text) {
    try {
      const read = format().safeParse(JSON.parse(text));
      return read.success ? read.data : void 0;
    } catch {
      return;
    }
  }
  function leftOf(versions, {uploadId: uploadId, version: version}) {
    return versions.filter(one => one.status?.toLowerCase() === "init" && (one.version === version || one.extraInfo.uploadId === uploadId));
  }
  async function removeUnfinished(unfinished, means, except = "") {
    const stored = await listStored(unfinished.routine, means);
    if (!stored.ok) return failed(stored.error);
    const removed = [];
    for (const {version: version} of leftOf(stored.value.versions, unfinished)) {
      if (version === except) continue;
      const fault = await removeVersion(unfinished.routine, version, "unfinished", means);
      if (fault !== void 0) return failed(fault);
      removed.push(version);
    }
    return succeeded(removed);
  }
  function upload_form_secretsIn(config) {
    return SECRET.flatMap(name => config[name] ?? []);
  }
  const SECRET = [ "Url", "OSSAccessKeyId", "Signature", "XOssSecurityToken", "policy", "Policy", "callback" ];
  const SPELT = {
    Key: "key",
    Policy: "policy",
    XOssSecurityToken: "x-oss-security-token"
  };
  const NEEDED = [ "OSSAccessKeyId", "Signature", "policy", "key" ];
  const USUAL_LIFE = 3e5;
  const MARGIN = 5e3;
  function readUploadForm(config, received) {
    const url = upload_form_addressOf(config["Url"] ?? "", received.isLoopback);
    if (url === void 0) return failed("OssPostConfig.Url is not an address of object storage");
    const fields = Object.entries(config).flatMap(([name, value]) => {
      const spelt = Object.hasOwn(SPELT, name) ? SPELT[name] ?? name : name;
      return name !== "Url" && value && /^[A-Za-z0-9:_-]{1,64}$/.test(spelt) ? [ [ spelt, value ] ] : [];
    });
    const missing = NEEDED.filter(name => !fields.some(([given]) => given === name));
    if (missing.length > 0) return failed(`OssPostConfig has no ${missing.join(", ")}`);
    const policy = fields.find(([name]) => name === "policy")?.[1] ?? "";
    return succeeded({
      url: url,
      fields: fields,
      until: received.at + lifeOf(policy, received) - MARGIN
    });
  }
  function upload_form_addressOf(text, isLoopback) {
    const url = URL.canParse(text) ? new URL(text) : void 0;
    if (url === void 0 || url.username !== "" || url.password !== "") return;
    if (url.protocol === "https:" || isLoopback) return url;
    if (url.protocol !== "http:") return;
    return new URL(`https://${url.host}${url.pathname}${url.search}`);
  }
  function lifeOf(policy, {at: at, date: date}) {
    const end = expirationOf(policy);
    const life = end === void 0 ? USUAL_LIFE : end - (date ?? at);
    return life <= 0 || life > USUAL_LIFE ? USUAL_LIFE : life;
  }
  function expirationOf(policy) {
    try {
      const {expiration: expiration} = JSON.parse(Buffer.from(policy, "base64").toString()) ?? {};
      const instant = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
      return Number.isNaN(instant) ? void 0 : instant;
    } catch {
      return;
    }
  }
  const MOST_FORMS = 3;
  async function newVersion(stored, code, wish, means, isBuilt) {
    const uploadId = (0, external_node_crypto_namespaceObject.randomUUID)();
    const {commit: commit, description: description} = wish;
    const job = {
      stored: stored,
      code: code,
      wish: wish,
      means: means,
      uploadId: uploadId,
      description: descriptionText(description, commit, code.kind, code.digest),
      extraInfo: extraInfoText({
        commit: commit,
        digest: code.digest,
        uploadId: uploadId,
        nameHashes: code.nameHashes
      })
    };
    return code.kind === "file" ? byStaging(job, isBuilt) : byCreation(job, isBuilt);
  }
  async function byStaging(job, isBuilt) {
    const {code: code, wish: wish, means: means, uploadId: uploadId} = job;
    const packed = await code.pack("");
    if (!packed.ok) return failed(codeChanged(packed.error));
    let posted;
    for (let forms = 1; forms <= MOST_FORMS; forms += 1) {
      const form = await stagingForm(job);
      if (!form.ok) return form;
      posted = await post(form.value, packed.value, means);
      if (posted?.code !== POLICY_EXPIRED) break;
    }
    if (posted !== void 0) return failed(posted);
    if (means.hurry.aborted) return failed(UPLOAD_CANCELLED);
    const version = await commitStaged(job);
    if (!version.ok) return version;
    const unfinished = {
      routine: wish.routine,
      uploadId: uploadId,
      version: version.value
    };
    means.remember(unfinishedText(unfinished));
    const fault = await isBuilt(version.value);
    (fault === void 0 || (await removeUnfinished(unfinished, means)).ok) && means.remember("");
    return fault === void 0 ? version : failed(fault);
  }
  async function stagingForm({wish: wish, means: means, description: description}) {
    const operation = "GetRoutineStagingCodeUploadInfo";
    const parameters = {
      Name: wish.routine,
      CodeDescription: description
    };
    const answer = await means.calls.read(operation, parameters, stagingUploadInfo(), {
      isSecret: !0
    });
    if (!answer.ok) return failed(answer.error.fault);
    return formIn(operation, answer.value.data.OssPostConfig, {
      at: means.now(),
      date: answer.value.date
    }, means);
  }
  function formIn(operation, config, when, {keepSecret: keepSecret, isLoopback: isLoopback}) {
    keepSecret(...upload_form_secretsIn(config));
    const form = readUploadForm(config, {
      ...when,
      isLoopback: isLoopback
    });
    return form.ok ? form : failed(formNotUnderstood(operation, form.error));
  }
  async function post(form, code, means) {
    const since = means.now();
    for (let count = 1; ;count += 1) {
      if (means.hurry.aborted) return UPLOAD_CANCELLED;
      const retryPolicy = fault => {
        if (fault.code === POLICY_EXPIRED || means.hurry.aborted) return;
        const wait = retryPause(fault, {
          count: count,
          since: since,
          now: means.now(),
          pause: 0,
          rollback: !1
        });
        const pause = wait && pauseWithin(wait, Math.random());
        return pause === void 0 || means.now() + pause >= form.until ? void 0 : pause;
      };
      const answer = await postPackage(form, code, means, {
        number: count,
        retryPolicy: retryPolicy
      });
      if (answer.ok) return;
      const {fault: fault, retryIn: retryIn} = answer.error;
      if (means.hurry.aborted) return UPLOAD_CANCELLED;
      if (retryIn === void 0) return fault.transient && means.now() >= form.until ? {
        ...fault,
        code: POLICY_EXPIRED
      } : fault;
      await means.sleep(retryIn);
    }
  }
  async function commitStaged(job) {
    const {stored: stored, code: code, wish: wish, means: means, description: description, extraInfo: extraInfo} = job;
    const before = new Set(stored.versions.map(({version: version}) => version));
    const settled = await stored_versions_settle({
      operation: "CommitRoutineStagingCode",
      parameters: {
        Name: wish.routine,
        CodeDescription: description,
        DeployEnv: wish.env,
        ExtraInfo: extraInfo
      },
      schema: committedVersion(),
      landed: async () => {
        const now = await listStored(wish.routine, means);
        if (!now.ok) return now;
        const isOurs = ({version: version, description: told, boundTo: boundTo}) => !before.has(version) && isTagged(told, code.digest) && (boundTo === void 0 || boundTo === wish.env);
        return succeeded(now.value.versions.find(isOurs)?.version);
      }
    }, means);
    if (!settled.ok) return settled;
    return succeeded(settled.value.kind === "answered" ? settled.value.data.CodeVersion : settled.value.data);
  }
  async function byCreation(job, isBuilt) {
    const {wish: wish, means: means, uploadId: uploadId} = job;
    let unfinished = {
      routine: wish.routine,
      uploadId: uploadId,
      version: ""
    };
    const note = version => {
      unfinished = {
        ...unfinished,
        version: version
      };
      means.remember(unfinishedText(unfinished));
    };
    note("");
    const {result: result, lost: lost} = await filled(job, note);
    const fault = result.ok ? await isBuilt(result.value) : result.error;
    const good = result.ok && fault === void 0 ? result.value : void 0;
    const isClean = good !== void 0 && !lost;
    const removed = isClean ? result : await removeUnfinished(unfinished, means, good);
    removed.ok && means.remember("");
    return fault === void 0 ? result : failed(fault);
  }
  async function filled(job, note) {
    const {wish: wish, means: means} = job;
    let lost = !1;
    let fault = UPLOAD_CANCELLED;
    for (let forms = 1; forms <= MOST_FORMS && !means.hurry.aborted; forms += 1) {
      const created = await new_version_create(job);
      lost ||= created.lost;
      if (!created.result.ok) return {
        result: created.result,
        lost: lost
      };
      const {value: value} = created.result;
      if (value === void 0) continue;
      note(value.version);
      const form = formIn(CREATE, value.config, value, means);
      const posted = form.ok ? await pack(job, value.version, form.value) : form.error;
      if (posted === void 0) return {
        result: succeeded(value.version),
        lost: lost
      };
      fault = posted;
      if (posted.code !== POLICY_EXPIRED) break;
      const left = await removeVersion(wish.routine, value.version, "unfinished", means);
      if (left !== void 0) return {
        result: failed(left),
        lost: lost
      };
      note("");
    }
    return {
      result: failed(fault),
      lost: lost
    };
  }
  async function pack({code: code, means: means}, version, form) {
    const packed = await code.pack(version);
    if (!packed.ok) return codeChanged(packed.error);
    try {
      return await post(form, packed.value, means);
    } finally {
      await packed.value.remove();
    }
  }
  const CREATE = "CreateRoutineWithAssetsCodeVersion";
  async function new_version_create(job) {
    const {wish: wish, means: means, uploadId: uploadId, description: description, extraInfo: extraInfo} = job;
    let lost = !1;
    const conf = wish.notFound === void 0 ? {} : {
      NotFoundStrategy: wish.notFound
    };
    const settled = await stored_versions_settle({
      operation: CREATE,
      parameters: {
        Name: wish.routine,
        CodeDescription: description,
        DeployEnv: wish.env,
        ExtraInfo: extraInfo,
        ConfOptions: JSON.stringify(conf)
      },
      schema: createdVersion(),
      isSecret: !0,
      landed: async () => {
        lost = !0;
        const removed = await removeUnfinished({
          routine: wish.routine,
          uploadId: uploadId,
          version: ""
        }, means);
        if (!removed.ok) return removed;
        return succeeded(removed.value.length > 0 || void 0);
      }
    }, means);
    if (!settled.ok) return {
      result: settled,
      lost: lost
    };
    if (settled.value.kind === "landed") return {
      result: succeeded(void 0),
      lost: lost
    };
    const {data: data, at: at, date: date} = settled.value;
    return {
      result: succeeded({
        version: data.CodeVersion,
        config: data.OssPostConfig,
        at: at,
        date: date
      }),
      lost: lost
    };
  }
  const NO_PRUNING = {
    remove: [],
    short: 0
  };
  const BUILD_LIMIT = 6e5;
  const upload_LONGEST_LOOK = 1e4;
  async function planUpload(code, wish, means) {
    const stored = await listStored(wish.routine, means);
    if (!stored.ok) {
      if (stored.error.code !== "RoutineNotExist") return stored;
      if (!wish.createRoutine) return failed({
        ...stored.error,
        advice: `${stored.error.advice} ${CREATION}`
      });
      const none = {
        versions: [],
        complete: !0,
        date: void 0
      };
      return succeeded({
        kind: "upload",
        stored: none,
        live: new Set,
        pruning: NO_PRUNING,
        isNewRoutine: !0
      });
    }
    const version = reusable(stored.value.versions, {
      ...wish,
      ...code
    });
    if (version !== void 0) return succeeded({
      kind: "reuse",
      version: version
    });
    const base = {
      kind: "upload",
      stored: stored.value,
      isNewRoutine: !1
    };
    if (wish.keepVersions === void 0) return succeeded({
      ...base,
      live: new Set,
      pruning: NO_PRUNING
    });
    const live = await readLiveVersions(wish.routine, means);
    if (!live.ok) return live;
    return succeeded({
      ...base,
      live: live.value,
      pruning: NO_PRUNING
    });
  }
  async function withPruning(plan, wish, now) {
    if (plan.kind === "reuse" || plan.isNewRoutine || wish.keepVersions === void 0) return plan;
    const {stored: stored, live: live} = plan;
    const spared = await wish.spared();
    return {
      ...plan,
      pruning: pruning({
        ...stored,
        live: live,
        spared: spared,
        now: stored.date ?? now
      }, wish.keepVersions)
    };
  }
  const CREATION = "With `create-routine: true` this action makes it.";
  async function upload(plan, code, wish, means) {
    const made = plan.kind === "reuse" ? succeeded(plan.version.version) : await make(plan, code, wish, means);
    if (!made.ok) {
      means.append({
        kind: "upload-failed",
        fault: made.error
      });
      return made;
    }
    const version = made.value;
    const marks = {
      none: "",
      version: version,
      hash: code.mark.kind === "hash" ? code.mark.hash : ""
    };
    const uploaded = {
      version: version,
      mark: marks[code.mark.kind],
      reused: plan.kind === "reuse"
    };
    means.append({
      kind: "uploaded",
      ...uploaded
    });
    return succeeded(uploaded);
  }
  async function make(plan, code, wish, means) {
    if (plan.isNewRoutine) {
      const fault = await createRoutine(code, wish, means);
      if (fault !== void 0) return failed(fault);
    }
    const fault = await removeAll(plan.pruning, wish, means);
    if (fault !== void 0) return failed(fault);
    const isBuilt = version => awaitBuild(wish.routine, version, means);
    const made = await newVersion(plan.stored, code, wish, means, isBuilt);
    return made.ok ? made : failed(await withQuotaAdvice(made.error, plan, wish, means));
  }
  async function createRoutine(code, {routine: routine}, means) {
    const settled = await stored_versions_settle({
      operation: "CreateRoutine",
      parameters: {
        Name: routine,
        Description: "",
        HasAssets: String(code.kind === "directory")
      },
      schema: done(),
      landed: async () => {
        const stored = await listStored(routine, means);
        if (stored.ok) return succeeded(!0);
        return stored.error.code === "RoutineNotExist" ? succeeded(void 0) : stored;
      }
    }, means);
    return settled.ok ? void 0 : settled.error;
  }
  async function removeAll({remove: remove}, {routine: routine}, means) {
    for (const {version: version} of remove) {
      if (means.hurry.aborted) return UPLOAD_CANCELLED;
      const live = await readLiveVersions(routine, means);
      if (!live.ok) return live.error;
      if (live.value.has(version)) continue;
      const fault = await removeVersion(routine, version, "pruned", means);
      if (fault !== void 0 && fault.code !== "DependedByOthers") return fault;
    }
    return;
  }
  async function awaitBuild(routine, version, means) {
    const started = means.now();
    for (let pause = 250; ;pause = Math.min(upload_LONGEST_LOOK, pause * 1.5)) {
      const parameters = {
        Name: routine,
        CodeVersion: version
      };
      const answer = await means.calls.read("GetRoutineCodeVersionInfo", parameters, versionInfo());
      if (!answer.ok) return answer.error.fault;
      const status = answer.value.data.Status;
      if (status.toLowerCase() === "available") return;
      if (status.toLowerCase() !== "init") return buildFailed(version, status);
      if (means.hurry.aborted) return UPLOAD_CANCELLED;
      const next = pauseWithin({
        atLeast: pause * .8,
        atMost: pause
      }, Math.random());
      if (means.now() + next - started > BUILD_LIMIT) return buildUnfinished(version, durationText(BUILD_LIMIT));
      await waitFor(next, "look", `version ${version} is being built`, means);
    }
  }
  async function withQuotaAdvice(fault, plan, wish, means) {
    if (fault.code !== "CodeVersionNumberExceedQuotaLimit" || means.hurry.aborted) return fault;
    const quota = await quotaOf(means);
    const stored = await listStored(wish.routine, means);
    const advice = stored.ok ? await roomAdvice({
      ...plan,
      stored: stored.value
    }, quota, wish, means) : void 0;
    return advice === void 0 ? fault : {
      ...fault,
      advice: advice
    };
  }
  async function noRoom(plan, wish, means) {
    if (plan.kind === "reuse" || plan.isNewRoutine) return;
    const quota = await quotaOf(means);
    const left = plan.stored.versions.length - plan.pruning.remove.length;
    if (quota === void 0 || left < quota) return;
    const advice = await roomAdvice(plan, quota, wish, means);
    return advice && `A real run would find no room for one more version. ${advice}`;
  }
  async function roomAdvice({stored: stored}, quota, {routine: routine, spared: spared, keepVersions: keepVersions}, means) {
    const live = await readLiveVersions(routine, means);
    if (!live.ok) return;
    const now = stored.date ?? means.now();
    const couldGo = pruning({
      ...stored,
      live: live.value,
      spared: await spared(),
      now: now
    }, 1);
    return quotaAdvice(stored.versions.length, quota, couldGo, keepVersions !== void 0);
  }
  async function quotaOf({calls: calls}) {
    const allowed = await calls.read("ListEdgeRoutinePlans", {}, plans());
    if (!allowed.ok) return;
    const quotas = new Set((allowed.value.data.PlanInfo ?? []).map(one => one.ErRoutineCodeVersionQuota ?? ""));
    const [quota = ""] = quotas;
    return quotas.size === 1 && quota !== "" ? Number(quota) : void 0;
  }
  const GIT_LIMIT = 5e3;
  function commit_commitOf(folder) {
    const {repository: repository, sha: sha} = jobContext();
    const branch = process.env["GITHUB_HEAD_REF"] || process.env["GITHUB_REF_NAME"] || "";
    return {
      id: sha,
      message: pushedMessage(sha) ?? checkedOutMessage(sha, folder),
      branch: branch,
      repository: repository
    };
  }
  function pushedMessage(sha) {
    try {
      const event = JSON.parse((0, external_node_fs_namespaceObject.readFileSync)(process.env["GITHUB_EVENT_PATH"] ?? "", "utf8"));
      const {id: id, message: message} = event.head_commit ?? {};
      return id === sha && typeof message === "string" ? message : void 0;
    } catch {
      return;
    }
  }
  function checkedOutMessage(sha, folder) {
    if (!/^[0-9a-f]{40,64}$/.test(sha)) return "";
    const asked = [ "-C", folder, "log", "-1", "--no-show-signature", "--format=%B", sha, "--" ];
    const {status: status, stdout: stdout} = (0, external_replaced_node_child_process_namespaceObject.spawnSync)("git", asked, {
      timeout: GIT_LIMIT,
      encoding: "utf8",
      stdio: [ "ignore", "pipe", "ignore" ]
    });
    return status === 0 ? stdout : "";
  }
  function conclusions_undone({wish: wish}, before) {
    return {
      kind: "report",
      wish: {
        ...wish,
        goal: {
          kind: "report"
        }
      },
      before: before
    };
  }
  function uploadedAlone(plan, version, isNew) {
    const what = isNew ? `The code is version ${version} now` : `The code is version ${version}, which was there`;
    return {
      outcome: "uploaded",
      reason: `${what}. Nothing was deployed; ${conclusions_liveSentence(plan)}.`,
      why: `${what}. Nothing was deployed.`,
      advice: [ `\`canary: ${version}\` rolls it out, \`versions: ${version}=100\` deploys it.` ]
    };
  }
  function wouldUpload(plan, version) {
    const what = version === void 0 ? "upload the code and deploy nothing" : `upload nothing, since the code is version ${version}, and deploy nothing`;
    const why = `A real run would ${what}.`;
    return {
      outcome: "planned",
      reason: `A real run would ${what}; ${conclusions_liveSentence(plan)}.`,
      why: why,
      advice: []
    };
  }
  function uploadFailed(plan, fault, inHaste) {
    const isCancelled = fault.code === "Cancelled" || inHaste && fault.transient;
    const what = isCancelled ? "The upload was cancelled." : `The upload failed: ${withStop(`${fault.operation}: ${faultText(fault)}`)}`;
    return {
      outcome: isCancelled ? "held" : "failed",
      reason: `${what} Nothing was deployed; ${conclusions_liveSentence(plan)}.`,
      why: `${what} Nothing was deployed.`,
      advice: isCancelled ? [] : [ fault.advice ]
    };
  }
  function conclusions_liveSentence({wish: wish, before: before}) {
    return `${wish.env} serves ${liveText(before)}`;
  }
  async function readGivenCode(raw, environment) {
    if (raw.code === "") return succeeded(void 0);
    return readCode({
      folder: workspace(environment),
      code: raw.code,
      entry: raw["code-entry"],
      hasNotFound: raw["code-not-found"] !== "",
      temporary: environment["RUNNER_TEMP"] || (0, external_node_os_namespaceObject.tmpdir)()
    });
  }
  function uploadActions(asked) {
    if (asked === void 0) return [];
    const isNeeded = operation => operation !== "CreateRoutine" || asked.createRoutine;
    return UPLOAD_OPERATIONS.filter(isNeeded).map(operation => `esa:${operation}`);
  }
  const NOT_YET = "uploaded";
  async function uploadAndPlan(code, asked, {request: request, run: run, previousVersion: previousVersion, say: say}) {
    const {routine: routine, env: env} = request.asked;
    const commit = commit_commitOf(workspace());
    const wish = {
      ...asked,
      routine: routine,
      env: env,
      commit: commit,
      spared: async () => {}
    };
    const description = descriptionText(asked.description, commit, code.kind, code.digest);
    const job = {
      code: code,
      wish: wish,
      description: description,
      request: request,
      run: run,
      previousVersion: previousVersion,
      say: say
    };
    const stock = await planUpload(code, wish, run.uploading);
    if (!stock.ok) return unplanned(job, stock.error);
    const first = await planBy(job, stock.value, standIn(job, stock.value));
    if (first.plan.kind === "refused" || first.plan.kind === "unreadable") {
      for (const event of first.seen) run.append(event);
      return {
        planned: first,
        told: [],
        mark: ""
      };
    }
    const planned = {
      ...job,
      wish: {
        ...wish,
        spared: () => neededIn(first.plan, job)
      }
    };
    const todo = await withPruning(stock.value, planned.wish, run.now());
    const prepared = await (request.asked.dryRun ? rehearsed(planned, todo, first) : carriedOut(planned, todo, first));
    return withDoubts(prepared, doubtsOn(code, request));
  }
  function withDoubts(prepared, doubts) {
    const {planned: planned} = prepared;
    return {
      ...prepared,
      planned: {
        ...planned,
        doubts: [ ...doubts, ...planned.doubts ]
      }
    };
  }
  function doubtsOn({mark: mark}, {sources: sources}) {
    const told = sources["gate-url"]?.mark;
    return mark.kind === "none" && told !== void 0 && told.canary === void 0 ? [ unmarked(told.header) ] : [];
  }
  function unplanned({request: request, run: run}, fault) {
    run.append({
      kind: "upload-failed",
      fault: fault
    });
    const at = run.now();
    return {
      planned: {
        plan: unreadable(request.asked, fault),
        words: [],
        doubts: [],
        at: at,
        readAt: at
      },
      told: [],
      mark: ""
    };
  }
  async function planBy(job, stock, uploaded) {
    const {request: request, run: run, previousVersion: previousVersion} = job;
    const seen = [];
    const isMissing = stock.kind === "upload" && stock.isNewRoutine;
    const service = isMissing ? withoutRoutine(run.service) : run.service;
    const append = event => void seen.push(event);
    const planned = await readAndPlan(request.asked, {
      service: service,
      now: run.now,
      append: append,
      previousVersion: previousVersion,
      uploaded: uploaded
    });
    return {
      ...planned,
      seen: seen
    };
  }
  function withoutRoutine(service) {
    const nothing = {
      kind: "nothing"
    };
    return {
      ...service,
      readBoth: async () => succeeded({
        live: nothing,
        elsewhere: () => succeeded(nothing)
      }),
      openListing: () => async () => succeeded({
        versions: [],
        complete: !0
      })
    };
  }
  function standIn(job, stock) {
    if (stock.kind === "reuse") return stock.version;
    const latest = Math.max(stock.stored.date ?? 0, job.run.now());
    return {
      ...detailsFor(job, NOT_YET),
      createdAt: new Date(latest).toISOString()
    };
  }
  function detailsFor({code: code, wish: wish, description: description}, version) {
    return {
      version: version,
      description: description,
      createdAt: void 0,
      status: "Available",
      boundTo: wish.env,
      commit: wish.commit.id || void 0,
      ...code.nameHashes && {
        assetNames: sketchOf(code.nameHashes, code.nameHashes.length)
      }
    };
  }
  async function neededIn(plan, {previousVersion: previousVersion}) {
    const {before: before = {
      kind: "nothing"
    }} = plan;
    const previous = await (previousVersion?.(before));
    if (previous?.ok === !1 && previous.error === RECORDS_UNREAD) return;
    const shares = [ ...liveSplit(before) ?? [], ..."target" in plan ? plan.target : [] ];
    return new Set([ ...shares.map(({version: version}) => version), ...previous?.ok ? [ previous.value ] : [] ]);
  }
  async function rehearsed(job, todo, first) {
    const {code: code, wish: wish, run: run, say: say} = job;
    todo.kind === "reuse" && await upload(todo, code, wish, run.uploading);
    for (const event of first.seen) run.append(event);
    const version = todo.kind === "reuse" ? todo.version.version : void 0;
    const would = todo.kind === "reuse" ? [] : uploadLines(todo, code, !0);
    for (const line of would) say(line);
    const room = await noRoom(todo, wish, run.uploading);
    const done = {
      planned: {
        ...first,
        doubts: [ ...first.doubts, ...room === void 0 ? [] : [ room ] ]
      },
      told: todo.kind === "reuse" ? toldOf(job, todo, todo.version.version) : would,
      mark: ""
    };
    const {plan: plan} = first;
    return plan.kind === "report" ? {
      ...done,
      conclusion: wouldUpload(conclusions_undone(plan, plan.before), version)
    } : done;
  }
  async function carriedOut(job, todo, first) {
    const {code: code, request: request, run: run, say: say, previousVersion: previousVersion} = job;
    const {plan: plan} = first;
    if (todo.kind === "upload") for (const line of uploadLines(todo, code, !1)) say(line);
    const made = await begun(job, todo);
    const isLast = !made.ok || made.value.reused || plan.kind === "report";
    if (isLast) for (const event of first.seen) run.append(event);
    const left = conclusions_undone(plan, plan.before ?? {
      kind: "nothing"
    });
    if (!made.ok) {
      const planned = {
        ...first,
        plan: left,
        words: [],
        doubts: []
      };
      const conclusion = uploadFailed(left, made.error, run.cancelled.aborted);
      return {
        planned: planned,
        told: doneBeside(job, todo),
        mark: "",
        conclusion: conclusion
      };
    }
    const {version: version, mark: mark, reused: reused} = made.value;
    const done = {
      planned: first,
      told: toldOf(job, todo, version),
      mark: mark
    };
    if (plan.kind === "report") return {
      ...done,
      conclusion: uploadedAlone(left, version, !reused)
    };
    if (reused) return done;
    const reader = {
      ...run,
      previousVersion: previousVersion,
      uploaded: detailsFor(job, version)
    };
    return {
      ...done,
      planned: await readAndPlan(request.asked, reader)
    };
  }
  async function begun({code: code, wish: wish, request: request, run: run}, todo) {
    const {cancelled: cancelled, append: append} = run;
    const saved = todo.kind === "reuse" ? succeeded(void 0) : runner_saveState("identity", identityOf(request.credentials));
    const fault = cancelled.aborted ? UPLOAD_CANCELLED : saved.ok ? void 0 : stateNotSaved(saved.error);
    fault !== void 0 && append({
      kind: "upload-failed",
      fault: fault
    });
    const made = fault === void 0 ? await upload(todo, code, wish, run.uploading) : failed(fault);
    !made.ok && cancelled.aborted && append({
      kind: "cancelled",
      by: String(cancelled.reason)
    });
    return made;
  }
  function toldOf(job, todo, version) {
    const isNew = todo.kind === "upload";
    const description = todo.kind === "reuse" ? todo.version.description ?? "" : job.description;
    return [ uploadedLine({
      version: version,
      description: description,
      isNew: isNew
    }, job.code), ...doneBeside(job, todo) ];
  }
  function doneBeside({run: run}, todo) {
    if (todo.kind === "reuse") return [];
    const gone = new Set(run.timeline.flatMap(event => event.kind === "removed" ? [ event.version ] : []));
    const made = run.timeline.some(event => event.kind === "uploaded" || event.kind === "called" && event.operation === "CreateRoutine" && event.result === "OK");
    return besideLines(todo.isNewRoutine && made, todo.pruning.remove.filter(({version: version}) => gone.has(version)));
  }
  async function deploy() {
    const started = start();
    started.log.section("Before the plan");
    try {
      const cancelled = cancellation();
      const read = readRequest(started);
      const code = await readGivenCode(started.raw, process.env);
      if (!read.ok || !code.ok) {
        const mistakes = [ ...read.ok ? [] : read.error, ...code.ok ? [] : code.error ];
        return refuse(mistakes.toSorted(byInput), started.raw.routine, started);
      }
      conclude(await carryOut(read.value, code.value, cancelled, started), started);
    } catch (error) {
      concludeCrash(error, started);
    }
  }
  async function carryOut(request, code, cancelled, reporter) {
    const {secrets: secrets, log: log} = reporter;
    const record = openRecord(request.record, request.asked, {
      step: "step",
      cancelled: cancelled,
      secrets: secrets,
      warn: log.warn
    });
    const watch = record.note;
    const remember = evidenceKeeper(secrets);
    const run = openRun(request, {
      cancelled: cancelled,
      log: log,
      secrets: secrets,
      remember: remember,
      watch: watch
    });
    const previousVersion = request.record && record.previousVersion;
    try {
      const {planned: planned, told: told, mark: mark, conclusion: conclusion} = await prepare(request, code, run, previousVersion, log.headline);
      const {plan: made, words: words, at: at, readAt: readAt, doubts: doubts} = planned;
      const meant = words.filter(({word: word}) => word !== UPLOADED.word).map(word => describeWord(word, at));
      const survey = await surveyFor(planned, request, run);
      if (survey !== void 0) for (const line of surveyLines(survey, request.asked)) log.headline(line);
      for (const line of meant) log.headline(line);
      for (const doubt of doubts) log.warn(doubt);
      const lines = [ ...told, ...meant ];
      if (conclusion !== void 0) return finishedRun(made, run.timeline, conclusion, lines, survey);
      const plan = await record.begin(made);
      request.record !== void 0 && await lookAgain(run, readAt);
      const ended = await deploy_follow(plan, request, {
        ...run,
        mark: mark
      }, reporter);
      const finished = finishedRun(plan, run.timeline, ended, lines, survey);
      settle(finished, reporter);
      await record.end(finished);
      return finished;
    } finally {
      run.close();
    }
  }
  async function surveyFor(planned, {asked: asked, code: code, sources: sources}, {timeline: timeline, credentialsFrom: credentialsFrom, cancelled: cancelled}) {
    if (!asked.dryRun) return;
    const needed = actionsNeeded(asked, {
      upload: uploadActions(code),
      readsLogs: sources["gate-logs"] !== void 0
    });
    const http = planned.plan.kind === "rollout" ? sources["gate-url"] : void 0;
    const tried = http === void 0 ? [] : await tryUrls({
      ...http,
      header: http.mark?.header
    }, cancelled);
    return takeSurvey(planned, {
      credentials: credentialsFrom(),
      tried: tried,
      needed: needed,
      timeline: timeline
    });
  }
  async function prepare(request, code, run, previousVersion, say) {
    if (code !== void 0 && request.code !== void 0) return uploadAndPlan(code, request.code, {
      request: request,
      run: run,
      previousVersion: previousVersion,
      say: say
    });
    return {
      planned: await readAndPlan(request.asked, {
        ...run,
        previousVersion: previousVersion
      }),
      told: [],
      mark: ""
    };
  }
  async function deploy_follow(plan, request, run, reporter) {
    const {log: log} = reporter;
    const lifetime = lifetimeWarning(request.credentials, plan);
    const doubts = [ ..."doubts" in plan ? plan.doubts : [], ...lifetime === void 0 ? [] : [ lifetime ] ];
    for (const doubt of doubts) log.warn(doubt);
    run.follow(plan);
    const saved = saveWayBack(plan, request);
    if (!saved.ok) return notBegun(saved.error);
    return execute(plan, {
      ...run,
      ...measuresFor(plan, request, run, reporter)
    });
  }
  function measuresFor(plan, {sources: sources, logsEndpoint: {host: host}}, {cancelled: cancelled, logsBy: logsBy, output: output, now: now, sleep: sleep, mark: mark}, {secrets: secrets}) {
    if (plan.kind !== "rollout" || plan.rollout.gate === void 0) return {};
    const {project: project = "", logstore: logstore = ""} = sources["gate-logs"] ?? {};
    const readLogs = logsBy((code, message) => adviseOnLogs({
      project: project,
      logstore: logstore,
      host: host
    }, code, message));
    const means = {
      readLogs: readLogs,
      now: now,
      sleep: sleep,
      cancelled: cancelled,
      redact: secrets.redact,
      mark: mark
    };
    return measureBy(sources, plan, {
      folder: workspace(),
      environment: process.env,
      show: output,
      ...means
    });
  }
  function evidenceKeeper({redact: redact}) {
    let kept;
    return evidence => {
      evidence !== kept && runner_saveState("evidence", redactJson(evidence, redact)).ok && (kept = evidence);
      return evidence === kept;
    };
  }
  function saveWayBack(plan, {credentials: credentials}) {
    if (plan.kind !== "rollout" || plan.wish.dryRun || plan.stable === void 0) return succeeded(void 0);
    const identity = runner_saveState("identity", identityOf(credentials));
    return identity.ok ? runner_saveState("stable", plan.stable) : identity;
  }
  function notBegun(why) {
    return {
      outcome: "failed",
      reason: `Nothing was written: ${why} Should this run be killed, the post step could not restore the stable.`,
      advice: [ "Free disk space on the runner, and let no step change the file that GITHUB_STATE names." ]
    };
  }
  async function recover() {
    const started = start();
    const wayBack = `Look at what is live; \`versions: ${savedState("stable")}=100\` restores the stable.`;
    const interrupted = savedState("evidence") !== "" && savedState("concluded") === "";
    const unfinished = readUnfinished(savedState("unfinished"));
    try {
      const read = readRequest(started);
      if (!read.ok) {
        const mistakes = read.error.map(({input: input, message: message}) => `"${input}": ${message}.`);
        interrupted ? cannotRecover(mistakes.join(" "), wayBack, started) : unfinished !== void 0 && warnUnfinished(unfinished, mistakes.join(" "), started);
        return;
      }
      const {secrets: secrets, log: log} = started;
      const cancelled = cancellation();
      const record = openRecord(read.value.record, read.value.asked, {
        step: "postStep",
        cancelled: cancelled,
        secrets: secrets,
        warn: log.warn
      });
      unfinished !== void 0 && await clearAway(unfinished, read.value, cancelled, started);
      if (!interrupted) return await closeAlone(record);
      const recovered = await putBack(read.value, cancelled, started);
      await (recovered.ok ? record.end(recovered.value) : record.close(!0));
      recovered.ok ? concludeRecovery(recovered.value, wayBack, started) : cannotRecover(recovered.error, wayBack, started);
    } catch (error) {
      concludeRecoveryCrash(error, wayBack, started);
    }
  }
  async function clearAway(unfinished, request, cancelled, reporter) {
    const {secrets: secrets, log: log} = reporter;
    const mismatch = identityMismatch(request);
    if (mismatch !== void 0) return warnUnfinished(unfinished, mismatch, reporter);
    const run = openRun(request, {
      cancelled: cancelled,
      log: log,
      secrets: secrets
    });
    const removed = await removeUnfinished(unfinished, run.uploading).finally(run.close);
    removed.ok ? run.uploading.remember("") : warnUnfinished(unfinished, `${removed.error.operation}: ${faultText(removed.error)}. ${removed.error.advice}`, reporter);
  }
  function warnUnfinished({routine: routine, version: version}, why, {log: log}) {
    const which = version === "" ? "a version with status `Init`, should there be one" : `version ${version}`;
    log.warn(oneLine(`The upload was interrupted, and what it left was not deleted: ${which} of ${quoted(routine)}. ${why}`, 1e3));
  }
  function identityMismatch({credentials: credentials}) {
    const identity = savedState("identity");
    if (identity === "" || identity === identityOf(credentials)) return;
    return "The credentials are not those of the rollout: a later step has set others.";
  }
  async function closeAlone(record) {
    await record.close(savedState("evidence") !== "");
    exitSoon();
  }
  async function putBack(request, cancelled, {secrets: secrets, log: log}) {
    const mismatch = identityMismatch(request);
    if (mismatch !== void 0) return failed(mismatch);
    const recovery = planRecovery(request.asked, savedState("evidence"), Date.now());
    if (recovery === void 0) return failed("The saved state of the rollout cannot be read, or the inputs are not its own.");
    log.headline("The rollout was interrupted. Reading what it left behind.");
    log.section("What it left behind");
    const {plan: plan, past: past} = recovery;
    const run = openRun(request, {
      cancelled: cancelled,
      log: log,
      secrets: secrets,
      plan: plan
    }, past);
    const conclusion = await execute(plan, run).finally(run.close);
    return succeeded(finishedRun(plan, run.timeline, conclusion));
  }
  const shared = {
    httpx: lib,
    kitx: kitx_lib,
    "@alicloud/tea-typescript": tea
  };
  module.exports = __webpack_exports__;
})();
