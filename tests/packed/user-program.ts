// A user's TypeScript, checked against the declarations in the tarballs.
import * as core from '@cachefb/core';
import * as manager from '@cachefb/manager';
import * as memory from '@cachefb/memory';

for (const namespace of [core, manager, memory]) {
  console.log(Object.keys(namespace).length);
}
