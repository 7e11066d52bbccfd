"""Small NITF documents, and an independent count of their leaves."""

from __future__ import annotations

from collections import Counter

from lxml import etree

RICH = """<nitf uno="CA.1" version="-//IPTC//DTD NITF 3.6//EN" change.date="2012" change.time="19:30" baselang="en"
 class="news">
<head id="h"><title>Harbour</title>
<meta name="slug" content="ferry-back"/><meta name="keywords" content="ferry, port"/><meta name="ap-x" content="b"/>
<tobject tobject.type="News"><tobject.property tobject.property.type="Current"/>
<tobject.subject tobject.subject.ipr="IPTC" tobject.subject.refnum="04015001" tobject.subject.code="FIN"
 tobject.subject.type="Economy" tobject.subject.matter="Transport" tobject.subject.detail="Waterways"/></tobject>
<docdata management-status="usable" management-doc-idref="h-6" management-idref-status="canceled">
<correction info="The fare is 3." id-string="h-5" regsrc="H"/>
<evloc iso-cc="PT" state-prov="Coast" county-dist="North" city="Lyme"/>
<doc-id id-string="harbour-7" regsrc="HB"/><del-list><from-src src-name="x" level-number="1"/></del-list>
<urgency ed-urg="3"/><fixture fix-id="f"/>
<date.issue norm="20240301T080000Z"/><date.release norm="20240301T090000Z"/><date.expire norm="20240401T080000-0500"/>
<doc-scope scope="Coast"/><series series.name="Boats" series.part="1" series.totalpart="2"/>
<ed-msg info="Check the fare." msg-type="info"/><ed-msg info="Second."/>
<du-key generation="1" part="1" version="2" key="ferry"/>
<doc.copyright year="2024" holder="Harbour News"/>
<doc.rights owner="Port Photos" startdate="20240301" enddate="20250301" agent="A" geography="PT" type="print"
 limitations="No sale."/>
<key-list><keyword key="ferry"/><keyword key="fares"/></key-list>
<identified-content><person idsrc="wd" value="Q1" gender="f"><name.given>Ada</name.given>
<name.family>Reed</name.family>
</person><org idsrc="NYSE" value="FRY">Ferries</org><location location-code="LYM" code-source="port">Lyme</location>
<event start-date="20240301">Return</event><function>mayor</function><object.title>Boat</object.title>
<virtloc idsrc="web" value="x">harbour.example</virtloc><classifier type="t" idsrc="i" value="boats"/>
</identified-content></docdata>
<pubdata type="print" item-length="20" unit-of-measure="word" date.publication="20240302" name="Harbour" issn="1"
 position.section="Port" position.sequence="2" ex-ref="https://harbour.example/7"/>
<revision-history name="R. Ed" function="editor" norm="20240301T083000Z" comment="fare"/></head>
<body><body.head>
<hedline><hl1 id="x">Ferry <em>service</em> returns</hl1><hl2>Boats hourly</hl2></hedline>
<note noteclass="cpyrt" type="std"><body.content><p>(c) Harbour</p></body.content></note>
<note noteclass="editorsnote"><body.content><p>With a map.</p></body.content></note>
<rights>Owner: <rights.owner>Harbour News</rights.owner> <rights.limitations>No sale</rights.limitations></rights>
<byline>By <person>Nora Field</person>, <byttl>Staff writer</byttl></byline>
<byline>Port desk</byline>
<distributor><org>Harbour Wire</org></distributor>
<dateline><location><city>PORT LYME</city>, <country>Portland</country></location>
<story.date norm="20240301">March 1</story.date></dateline>
<abstract><p>Boats run again.</p><p>Fares stay.</p></abstract>
<series series.name="Boats" series.part="1" series.totalpart="2"/></body.head>
<body.content><block class="b"><p lede="true">The <person>ferry</person> left at <chron norm="0900">nine</chron>.</p>
<hl2>Fares</hl2></block><media media-type="image" class="m"><media-reference source="https://harbour.example/p.jpg"
 mime-type="image/jpeg" width="80" height="60"/><media-caption>The boat.</media-caption>
<media-producer>T. Lens</media-producer></media>
<table><tr><th/><th>Mon</th></tr><tr><td>North</td><td>3</td></tr></table><ul><li>one</li></ul>
<bq><block><p>We are glad.</p></block><credit>Mayor</credit></bq><pre>a
b</pre></body.content>
<body.end><tagline>Harbour desk</tagline><bibliography>Log of the port</bibliography></body.end></body></nitf>
"""


def leaves(root: etree._Element) -> Counter[str]:
    """The value of every attribute and of every run of text."""
    found: Counter[str] = Counter()
    for element in root.iter(etree.Element):
        found.update(str(value).strip() for value in element.values())
        texts = (element.text, element.tail if element is not root else None)
        found.update(text.strip() for text in texts if text and text.strip())
    return found
