// An HTTPS server for services with client certificates, on Node's own modules. SIGHUP makes it read certificate, key and lists again.
import https from 'node:https';
import { readFileSync } from 'node:fs';

const own = '/var/lib/signet/broker';

function credentials() {
  // Node reads only the first list of a text: an array, one list each. None at all would turn the check off.
  const lists = readFileSync('/var/lib/signet/crl/bundle.crl.pem', 'utf8').match(/-----BEGIN X509 CRL-----[^]+?-----END X509 CRL-----/g);
  if (!lists) throw new Error('no revocation list in the bundle');
  return {
    cert: readFileSync(`${own}/chain.pem`), key: readFileSync(`${own}/key.pem`), ca: readFileSync('/etc/signet/root.pem'), crl: lists,
    minVersion: 'TLSv1.3',
  };
}

const server = https.createServer({ ...credentials(), requestCert: true, rejectUnauthorized: true }, (request, response) => {
  const peer = request.socket.getPeerCertificate();
  // Devices are below the root as well; only services may in here.
  response.statusCode = /Services/.test(peer.issuer?.CN) ? 200 : 403;
  response.end(`${peer.subject?.CN}\n`);
});

process.on('SIGHUP', () => {
  try {
    server.setSecureContext(credentials());
  } catch (error) {
    console.error(`the old lists stay in use: ${error.message}`);
  }
});

server.listen(443);
