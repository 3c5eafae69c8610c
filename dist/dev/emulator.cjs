'use strict';
require('./dev.cjs').emulator();
