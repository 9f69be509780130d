const PATH = '/policy-reports';

/** What browsers report of a page's content policy, from its first byte on. */
export class PolicyReports {
  /** The directives that were violated, and by what. */
  violated = [];

  /** The policy, with where violations of it are to be reported. */
  reported(policy) {
    return `${policy}; report-uri ${PATH}`;
  }

  /** Answers the request where it is a report; says whether it was. */
  take(request, response) {
    if (request.url !== PATH) return false;
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const report = JSON.parse(body)['csp-report'];
      // Browsers ask for it by themselves.
      const isIcon = report['blocked-uri'].endsWith('/favicon.ico');
      if (!isIcon)
        this.violated.push(
          `${report['effective-directive'] ?? report['violated-directive']} ${report['blocked-uri']}`,
        );
      response.writeHead(204).end();
    });
    return true;
  }
}
