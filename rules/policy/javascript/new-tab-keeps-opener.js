// ruleid: new-tab-keeps-opener
export const Link = ({ url }) => <a href={url} target="_blank">read</a>;
// ruleid: new-tab-keeps-opener
export const Other = () => <a target="_blank" href="https://example.com" rel="nofollow">read</a>;
// ok: new-tab-keeps-opener
export const Safe = ({ url }) => <a href={url} target="_blank" rel="noopener noreferrer">read</a>;
// ok: new-tab-keeps-opener
export const Same = ({ url }) => <a href={url}>read</a>;
