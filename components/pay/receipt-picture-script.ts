/**
 * Draws the receipt that is on the page as a picture, in the device's own fonts: on a phone to be held and saved, on a computer
 * to be downloaded. Nothing is sent anywhere. Words that Chrome 78 and Safari 13 read.
 */
export const RECEIPT_PICTURE_SCRIPT = `(function(d){var b=d.getElementById("receipt-save"),box=d.getElementById("receipt-picture");
if(!b||!box)return;b.hidden=false;
function text(e){return (e&&e.textContent||"").trim()}
function draw(){var c=d.createElement("canvas"),x=c.getContext("2d"),W=720,P=56,font="px system-ui,-apple-system,PingFang SC,Noto Sans SC,Microsoft YaHei,sans-serif",
q=function(s){return d.querySelector("[data-receipt="+s+"]")},rows=[].slice.call(d.querySelectorAll("[data-receipt=row]")),y=0,plan=[];
function put(s,size,color,weight,align,at){plan.push([s,size,color,weight,align,at])}
function lines(s,size,room){x.font=size+font;var out=[],line="";Array.from(s).forEach(function(ch){if(x.measureText(line+ch).width>room&&line){out.push(line);line=""}line+=ch});out.push(line);return out}
y=96;lines(text(q("shop")),40,W-2*P).forEach(function(l){put(l,40,"#131c17","600","center",y);y+=52});
put(text(q("title")),26,"#56625b","400","center",y);y+=104;put(text(q("amount")),72,"#131c17","700","center",y);y+=44;
put(text(q("label")),24,"#56625b","400","center",y);y+=56;plan.push([null,y]);y+=56;
rows.forEach(function(r){var k=text(r.querySelector("dt")),v=text(r.querySelector("dd")),left=lines(k,26,W*0.52-P),right=lines(v,26,W*0.48-P),n=Math.max(left.length,right.length);
for(var i=0;i<n;i++){if(left[i])put(left[i],26,"#56625b","400","left",y);if(right[i])put(right[i],26,"#131c17","400","right",y);y+=36}y+=12});
plan.push([null,y]);y+=48;lines(text(q("note")),22,W-2*P).forEach(function(l){put(l,22,"#56625b","400","center",y);y+=32});
c.width=W;c.height=y+32;x.fillStyle="#fff";x.fillRect(0,0,W,c.height);
plan.forEach(function(p){if(p[0]===null){x.fillStyle="#e3e8e2";x.fillRect(P,p[1],W-2*P,2);return}
x.font=p[3]+" "+p[1]+font;x.fillStyle=p[2];x.textAlign=p[4];x.fillText(p[0],p[4]==="left"?P:p[4]==="right"?W-P:W/2,p[5])});
return c.toDataURL("image/png")}
b.addEventListener("click",function(){var said=d.getElementById("receipt-said"),url;
try{url=draw()}catch(e){said.textContent=b.getAttribute("data-no");return}
var i=d.createElement("img");i.src=url;i.alt=text(d.querySelector("[data-receipt=title]"));i.style.cssText="width:100%;border-radius:12px";box.textContent="";box.appendChild(i);
said.textContent=b.getAttribute("data-said");
if(!/Mobile|MicroMessenger/i.test(navigator.userAgent)){var a=d.createElement("a");a.href=url;a.download=b.getAttribute("data-name")+".png";d.body.appendChild(a);a.click();a.remove()}
box.scrollIntoView&&box.scrollIntoView({block:"nearest"})})})(document)`;
