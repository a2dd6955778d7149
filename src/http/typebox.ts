// The one door to TypeBox's functions. The build makes one file of it and all that it needs: Node opens the 373 modules
// of the package at once, which takes a fifth of a second, and more descriptors than a process may have in some places.
export { Type } from 'typebox';
