'use strict';
exports.createNegotiateAuth = () => undefined;
