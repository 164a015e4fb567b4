// ruleid: inner-html-assigned
list.innerHTML = "<li>" + name + "</li>";
// ruleid: inner-html-assigned
box.outerHTML = render(data);
// ruleid: inner-html-assigned
box.insertAdjacentHTML("beforeend", html);
// ok: inner-html-assigned
list.innerHTML = "";
// ok: inner-html-assigned
list.textContent = name;
