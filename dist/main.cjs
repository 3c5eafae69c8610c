"use strict";
const { deploy } = require('./action.cjs');
void deploy();
