import { deploy } from './deploy.js';

void deploy();
