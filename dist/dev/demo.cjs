'use strict';
require('./dev.cjs').demo();
