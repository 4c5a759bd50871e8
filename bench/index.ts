// `npm run bench -- NAME [options]`: runs one of the benches beside this file.
const BENCHES = ['clean', 'extract', 'feeds', 'real-pages'];

const [name = '', ...options] = process.argv.slice(2);
if (BENCHES.includes(name)) {
  process.argv = [...process.argv.slice(0, 2), ...options];
  await import(`./${name}.js`);
} else {
  process.stderr.write(`usage: npm run bench -- ${BENCHES.join('|')} [--help]\n`);
  process.exitCode = 2;
}
