/** Two lines, whatever an application has to say: rows that come or change move no other. In pixels. */
export const rowHeight = 52;
