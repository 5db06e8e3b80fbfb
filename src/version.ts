/** Of package.json; a rule test keeps them the same. */
export const version = '0.1.0';
