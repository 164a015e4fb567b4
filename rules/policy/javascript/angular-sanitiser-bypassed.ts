export class Page {
  constructor(private sanitizer: DomSanitizer) {}
  show(html: string) {
    // ruleid: angular-sanitiser-bypassed
    return this.sanitizer.bypassSecurityTrustHtml(html);
  }
  frame(url: string) {
    // ruleid: angular-sanitiser-bypassed
    return this.sanitizer.bypassSecurityTrustResourceUrl(url + "?x");
  }
  rule() {
    // ok: angular-sanitiser-bypassed
    return this.sanitizer.bypassSecurityTrustHtml("<hr>");
  }
  clean(html: string) {
    // ok: angular-sanitiser-bypassed
    return this.sanitizer.sanitize(1, html);
  }
}
