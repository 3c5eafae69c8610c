const { deploy } = require('./action.js') as typeof import('./action.js');

void deploy();
