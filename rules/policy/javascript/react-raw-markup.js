// ruleid: react-raw-markup
export const Comment = ({ text }) => <p dangerouslySetInnerHTML={{ __html: text }} />;
// ruleid: react-raw-markup
export const Page = ({ body }) => <div className="page" dangerouslySetInnerHTML={{ __html: body.html }}></div>;
// ok: react-raw-markup
export const Rule = () => <p dangerouslySetInnerHTML={{ __html: "<hr>" }} />;
// ok: react-raw-markup
export const Plain = ({ text }) => <p>{text}</p>;
