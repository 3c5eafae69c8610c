'use strict';
require('./dev.cjs').try();
